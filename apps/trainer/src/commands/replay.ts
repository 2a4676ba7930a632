import { replayPrediction, type Replay } from '@claims/predictions'
import type { CommandContext } from '../context.ts'
import { modelCatalog } from '../model-catalog.ts'
import { productFacts } from '../predictions/product-facts.ts'
import { requirePrediction } from '../predictions/require-prediction.ts'
import { withPredictions } from '../predictions/with-predictions.ts'
import { systemUser } from '../system-user.ts'

/** Options of `replay`. */
export interface ReplayOptions {
  readonly id: string
  readonly reason?: string
}

/** `claims replay`: 1 when something is not as recorded. */
export async function replay({ id, reason }: ReplayOptions, context: CommandContext): Promise<0 | 1> {
  const { output, config } = context
  const replayed = await withPredictions(context, async (opened) => {
    const { record } = await requirePrediction(opened, id)
    const catalog = modelCatalog(config)
    return await replayPrediction(record.id, {
      ...opened,
      catalog,
      vault: await opened.vault(),
      access: opened.access({ actor: systemUser(), reason: reason ?? null }),
      product: await productFacts(catalog, record.model.kind),
    })
  })
  for (const line of describeReplay(replayed)) output.line(line)
  const { exact, differences, changed, place, record } = replayed
  output.result({
    ...{ prediction: record.id, result: exact ? 'exact' : 'different', differences, changed, place },
    ...{ recorded_at: record.recorded_at, now: record.now, model: record.model, outcome: record.outcome },
  })
  return exact ? 0 : 1
}

function describeReplay({ record, place, exact, differences, changed }: Replay): readonly string[] {
  const { model, outcome, now } = record
  return [
    `prediction        ${record.id}, recorded ${record.recorded_at} at ${place.sequence} ${String(place.position)}`,
    `chain             the line follows the one before it${place.followed ? ', and the one behind it follows' : '; it is the last of its sequence'}`,
    `model             ${model.name} ${model.version === null ? 'without a version' : `version ${model.version}`}, bundle ${model.manifest_sha256.slice(0, 12)}`,
    `counted from      ${now}`,
    outcome.status === 'scored'
      ? `score             ${String(outcome.score)} (raw ${String(outcome.raw_score)}), ${outcome.risk_band}, ${outcome.decision}`
      : `rejected          ${outcome.code}`,
    ...changed.map((text) => `changed since     ${text}`),
    ...differences.map(
      ({ field, recorded, replayed }) =>
        `differs           ${field}: recorded ${JSON.stringify(recorded)}, replayed ${JSON.stringify(replayed)}`,
    ),
    exact
      ? 'exact             every value is that of the record, bit for bit'
      : `different         in ${String(differences.length)} values`,
  ]
}
