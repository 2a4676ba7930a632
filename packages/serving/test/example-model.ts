import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  canonicalJson,
  ClaimsError,
  type Column,
  type Evaluation,
  evaluationSchema,
  type FieldProblem,
  metricNames,
  parseBlueprint,
  policySchema,
  type RiskFactor,
  type BundleFiles,
  readBundleFile,
} from '@claims/contracts'
import type { ScoredRow, Scorer } from '@claims/scoring'
import { writeBundle } from '@claims/registry'
import { z } from 'zod'
import { exampleManifestFacts } from '@claims/registry/example'

const blueprint = parseBlueprint({
  format_version: 1,
  name: 'example',
  columns: [
    { name: 'claim_id', role: 'id', type: 'text', required: true },
    {
      ...{ name: 'claim_amount', role: 'numeric', type: 'number', unit: 'USD', required: true },
      ...{ exclusive_minimum: 0, maximum: 1_000_000 },
    },
    {
      ...{ name: 'policy_duration', role: 'numeric', type: 'number', unit: 'months', required: true },
      ...{ minimum: 0, aliases: [{ name: 'policy_tenure', multiply: 12 }] },
    },
    { name: 'claim_type', role: 'categorical', type: 'category', allowed: ['auto', 'home'] },
    { name: 'claim_date', role: 'event_time', type: 'timestamp' },
    { name: 'customer_gender', role: 'sensitive', type: 'category', allowed: ['female', 'male'] },
    { name: 'fraud', role: 'label', type: 'category' },
  ],
  label: { column: 'fraud', positive: 'Y' },
  split: { kind: 'stratified' },
  candidates: [{ name: 'logistic', kind: 'logistic_regression' }],
  costs: { false_negative: 10_000, false_positive: 500, manual_review: 150 },
})

const policy = policySchema.parse({
  format_version: 1,
  threshold: { value: 0.5, chosen_on: 'validation', rule: 'minimum expected cost' },
  bands: { medium: 0.3, high: 0.6, critical: 0.8 },
  declared_bands: { medium: 0.3, high: 0.6, critical: 0.8 },
  decisions: { low: 'auto_approve', high: 'manual_review' },
  costs: blueprint.costs,
})

/** Writes a bundle of one weight: the probability is 1 / (1 + exp(-weight * (amount / 10,000 - 1))). */
export async function writeExampleModel(directory: string, options: { weight?: number } = {}): Promise<void> {
  await writeBundle(directory, async (temporary) => {
    await mkdir(join(temporary, 'model'))
    await writeFile(join(temporary, 'model', 'weight.json'), canonicalJson({ weight: options.weight ?? 1 }))
    await writeFile(join(temporary, 'policy.json'), canonicalJson(policy))
    await writeFile(join(temporary, 'evaluation.json'), canonicalJson(evaluation()))
    return { ...exampleManifestFacts(), blueprint }
  })
}

/** A scorer of `writeExampleModel`, with the checks that the tests of the api need. */
export async function loadExampleScorer(
  bundle: BundleFiles,
): Promise<Scorer & { readonly disposed: () => boolean }> {
  const { manifest } = bundle
  const { weight } = await readBundleFile(bundle, 'model/weight.json', z.object({ weight: z.number() }))
  const inputColumns = blueprint.columns.filter((column) => column.role !== 'label')
  let disposed = false
  const unused = (): never => {
    throw new TypeError('not part of this test')
  }
  return {
    manifest,
    policy,
    inputColumns,
    scoreFrame: unused,
    get pipeline(): Scorer['pipeline'] {
      return unused()
    },
    scoreRecords: (records, { reasons, now }) => {
      if (disposed) throw new TypeError('The scorer is disposed')
      return records.map((record, i) => scoreRecord(record, i, { weight, reasons, now }))
    },
    dispose: () => {
      disposed = true
    },
    disposed: () => disposed,
  }
}

function scoreRecord(
  record: unknown,
  i: number,
  model: { weight: number; reasons: number; now: Date | undefined },
): ScoredRow {
  const claim = (record ?? {}) as Record<string, unknown>
  const claimId = typeof claim['claim_id'] === 'string' ? claim['claim_id'] : String(i)
  if (claimId === 'explode') throw new RangeError('a secret detail of the inside')
  const problems = problemsOf(claim)
  if (problems.length > 0) {
    return {
      ok: false,
      claimId,
      error: new ClaimsError('invalid_claim', 'The claim is not valid', { problems }),
    }
  }
  const amount = Number(claim['claim_amount'])
  const margin = model.weight * (amount / 10_000 - 1)
  const probability = 1 / (1 + Math.exp(-margin))
  const high = probability >= 0.5
  const factor: RiskFactor = {
    ...{ feature: 'claim_amount', value: amount, contribution: margin },
    ...{ direction: high ? 'increases_risk' : 'decreases_risk', reason_code: 'AMOUNT', reason: 'the amount' },
  }
  return {
    warnings: isFuture(claim['claim_date'], model.now) ? [futureWarning] : [],
    ...{ ok: true, claimId, probability, riskLevel: high ? 'high' : 'low' },
    riskBand:
      probability < 0.3 ? 'LOW' : probability < 0.6 ? 'MEDIUM' : probability < 0.8 ? 'HIGH' : 'CRITICAL',
    decision: high ? 'manual_review' : 'auto_approve',
    factors: model.reasons > 0 ? [factor] : [],
  }
}

const futureWarning = { field: 'claim_date', code: 'new_value', problem: 'lies in the future' }

function isFuture(date: unknown, now: Date | undefined): boolean {
  if (now === undefined) throw new TypeError('The moment of the score was not passed')
  return typeof date === 'string' && Date.parse(date) > now.getTime()
}

function problemsOf(claim: Record<string, unknown>): FieldProblem[] {
  const problems: FieldProblem[] = []
  const amount = claim['claim_amount']
  if (amount === undefined) {
    problems.push({ field: 'claim_amount', problem: 'is absent', allowed: 'a number above 0' })
  } else if (typeof amount !== 'number' || amount <= 0) {
    const received = typeof amount === 'object' ? 'an object' : (amount as string | number)
    problems.push({ field: 'claim_amount', problem: 'is not above 0', allowed: 'a number above 0', received })
  }
  const gender = claim['customer_gender']
  if (typeof gender === 'string' && !['female', 'male'].includes(gender)) {
    problems.push({
      field: 'customer_gender',
      problem: 'is not allowed',
      allowed: 'female, male',
      received: gender,
    })
  }
  return problems
}

/** Columns of the example model. */
export const exampleColumns: readonly Column[] = blueprint.columns

function evaluation(): Evaluation {
  const metric = { value: 0.8, lower: 0.7, upper: 0.9 }
  const metrics = Object.fromEntries(metricNames.map((name) => [name, metric]))
  return evaluationSchema.parse({
    ...{
      format_version: 1,
      label: 'fraud',
      positive: 'Y',
      rows: 100,
      seed: 42,
      candidates: [],
      learned: true,
    },
    split: { kind: 'stratified', train_rows: 80, test_rows: 20, cutoff: null },
    selection: { metric: 'roc_auc', rule: 'highest', constraints: [], promotable: true },
    test: {
      ...{ rows: 20, positives: 4, metrics, confusion: { tn: 15, fp: 1, fn: 1, tp: 3 } },
      intervals: { method: 'bootstrap', level: 0.95 },
    },
    ...{ out_of_time: null, out_of_time_reason: 'no time column', external_test: null, best_possible: null },
    threshold: policy.threshold,
    cost: {
      ...{
        currency: 'USD',
        total: 1,
        per_claim: 1,
        false_negative_cost: 0,
        review_cost: 0,
        false_positive_cost: 0,
      },
      ...{
        manual_review_share: 0,
        automation_rate: 1,
        auto_approved_positives: 0,
        auto_approved_positive_share: 0,
      },
      ...{ baseline_total: 1, baseline: 'review_all', saved: 0 },
    },
    leakage: { findings: [] },
    fairness: [],
    explanations: { scale: 'log-odds', rows: 0, global: [] },
    timings_seconds: {},
    warnings: [],
  })
}
