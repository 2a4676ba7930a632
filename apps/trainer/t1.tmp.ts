import { autoFraud, claims } from '@claims/blueprints'
import { train, loadScorer } from '@claims/pipeline'
import { generateClaims, writeClaims } from '@claims/ingestion'
const which = process.argv[2]
try {
if (which === 'auto') {
  const r = await train({ data: '../shared/data/auto_insurance_claims/insurance_claims.csv', by: { blueprint: autoFraud }, out: '/tmp/auto-bundle', seed: 42, threads: 1, onProgress: (e) => e.kind === 'stage_finished' && console.log(e.stage, e.seconds.toFixed(2), e.detail ?? '') })
  console.log(JSON.stringify({...r.evaluation, fairness: 0, explanations: r.evaluation.explanations.global.slice(0,6)}, null, 1))
}
if (which === 'claims') {
  const g = generateClaims({rows: 20000, seed: 42}); await writeClaims('/tmp/claims.csv', g)
  const r = await train({ data: '/tmp/claims.csv', by: { blueprint: claims }, out: '/tmp/claims-bundle', seed: 42, threads: 1, onProgress: (e) => e.kind === 'stage_finished' && console.log(e.stage, e.seconds.toFixed(2), e.detail ?? '') })
  console.log(JSON.stringify({...r.evaluation, fairness: 0, explanations: r.evaluation.explanations.global.slice(0,6)}, null, 1))
}
if (which === 'vehicle') {
  const r = await train({ data: '../shared/data/vehicle_claim_fraud/fraud_oracle.csv.gz', by: { hints: { label: 'FraudFound_P', positive: '1' } }, out: '/tmp/vehicle-bundle', seed: 42, threads: 1, onProgress: (e) => e.kind === 'stage_finished' && console.log(e.stage, e.seconds.toFixed(2), e.detail ?? '') })
  console.log(r.notes); console.log(JSON.stringify({...r.evaluation, fairness: 0, explanations: r.evaluation.explanations.global.slice(0,6)}, null, 1))
}
} catch (e) { console.log(e, JSON.stringify((e as any).problems)) }
