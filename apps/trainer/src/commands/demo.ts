import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { startApi } from '@claims/api'
import { claims } from '@claims/blueprints'
import { predictionSchema, type Prediction } from '@claims/contracts'
import { generateClaims, requireOutputFolder, writeClaims } from '@claims/ingestion'
import { train } from '@claims/pipeline'
import type { CommandContext } from '../context.ts'
import type { DemoOptions } from '../command-options.ts'
import { describeEvaluation, moneyText, savingInterval } from '../describe-evaluation.ts'
import { modelCatalog } from '../model-catalog.ts'
import { withRegistry } from '../open-model.ts'
import { originOf } from '../origin.ts'
import { outputRules } from '../output-rules.ts'

const modelName = 'claims-demo'

/** `claims demo`: the whole way of a claim, on data whose truth is known. */
export async function demo(options: DemoOptions, context: CommandContext): Promise<0 | 1> {
  const { config, output, onProgress, signal } = context
  const started = Date.now()
  const directory = resolve(options.out)
  const data = join(directory, 'claims.csv')
  const bundle = join(directory, 'bundle')
  const rules = outputRules(options, context)
  await requireOutputFolder(directory, ['claims.csv', 'claims.csv.probability.csv'], rules)
  await mkdir(directory, { recursive: true })

  onProgress({ kind: 'stage_started', stage: 'generate' })
  const generated = generateClaims({ rows: options.rows, seed: options.seed })
  const { probability, frame } = generated
  await writeClaims(data, generated, { ...rules, signal })
  const ids = frame.column('claim_id')
  const truth = new Map<string, number>()
  if (ids.kind === 'text') ids.values.forEach((id, row) => truth.set(String(id), probability[row] ?? NaN))
  onProgress({
    kind: 'stage_finished',
    stage: 'generate',
    seconds: (Date.now() - started) / 1000,
    detail: `${options.rows.toLocaleString('en')} claims with known true probabilities`,
  })

  const { evaluation } = await train({
    data,
    by: { blueprint: claims },
    out: bundle,
    output: rules,
    seed: options.seed,
    ...(await originOf(data)),
    threads: config.threads,
    truth,
    signal,
    onProgress,
    catalog: modelCatalog(config),
  })
  const promoted = evaluation.selection.promotable
  const version = await withRegistry(context, async ({ registry }) => {
    const registered = await registry.register(modelName, bundle, { actor: 'demo' })
    if (promoted)
      await registry.promote(modelName, registered.version, {
        actor: 'demo',
        reason: 'meets its selection constraints on the test rows',
      })
    return registered
  })

  const api = await startApi({
    model: `${modelName}@${version.version}`,
    storage: config.storage,
    host: '127.0.0.1',
    port: options.port,
    environment: 'development',
    logLevel: 'silent',
    threads: 1,
    xgboostLibrary: config.xgboostLibrary,
  })
  const prediction = await scoreOverHttp(api.url, options.seed).finally(() => api.close())

  for (const line of describeEvaluation(evaluation)) output.line(line)
  output.line(
    `registered        ${modelName}@${version.version}${promoted ? ', promoted to champion' : ', not promoted: see above'}`,
  )
  output.line(`report            ${join(bundle, 'report.html')}`)
  output.line()
  output.line(`one claim, scored over HTTP: ${prediction.claim_id}`)
  output.line(
    `  ${(100 * prediction.high_risk_probability).toFixed(1)} % high-risk, band ${prediction.risk_band}, decision ${prediction.decision}, ${prediction.processing_time_ms.toFixed(2)} ms`,
  )
  for (const factor of prediction.risk_factors)
    output.line(
      `  ${factor.contribution > 0 ? '+' : '-'} ${Math.abs(factor.contribution).toFixed(2)}  ${factor.reason}`,
    )
  output.line()
  const took = `all of it took ${((Date.now() - started) / 1000).toFixed(1)} s`
  output.line(
    evaluation.cost === null
      ? took
      : `saved ${moneyText(evaluation.cost.saved, evaluation.cost.currency)}${savingInterval(evaluation.cost)} on ${evaluation.test.rows.toLocaleString('en')} test claims; ${took}`,
  )
  output.line(`serve it          ./claims serve --model ${modelName}@${version.version}`)
  output.result({
    bundle,
    data,
    report: join(bundle, 'report.html'),
    registered: { name: modelName, version: version.version, promoted },
    evaluation,
    prediction,
  })
  return 0
}

/** A claim that the model has not seen, sent to the api. */
async function scoreOverHttp(url: string, seed: number): Promise<Prediction> {
  const { frame, probability } = generateClaims({ rows: 200, seed: seed + 1 })
  const riskiest = probability.indexOf(Math.max(...probability))
  const claim = Object.fromEntries(
    Object.entries(frame.row(riskiest)).filter(
      ([name, value]) => value !== null && name !== claims.label.column,
    ),
  )
  const response = await fetch(`${url}/api/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(claim),
  })
  return predictionSchema.parse(await response.json())
}
