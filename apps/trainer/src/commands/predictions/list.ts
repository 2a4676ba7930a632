import { unindexedText } from '@claims/predictions'
import type { CommandContext } from '../../context.ts'
import { withPredictions } from '../../predictions/with-predictions.ts'

/** Options of `predictions list`. */
export interface ListPredictionsOptions {
  readonly model?: string
  readonly from?: Date
  readonly to?: Date
  readonly limit: number
  readonly cursor?: string
}

/** `claims predictions list` */
export async function listPredictions(options: ListPredictionsOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const { predictions, cursor, lacking } = await withPredictions(context, async ({ log }) => ({
    ...(await log.list(options)),
    lacking: await unindexedText(log),
  }))
  for (const { record } of predictions) {
    const { outcome, model } = record
    const said =
      outcome.status === 'scored'
        ? `${outcome.score.toFixed(4)} ${outcome.risk_band} ${outcome.decision}`
        : `rejected: ${outcome.code}`
    output.line(`${record.id}  ${record.recorded_at}  ${model.name}@${model.version ?? '-'}  ${said}`)
  }
  if (predictions.length === 0) output.line('no prediction')
  if (lacking !== null) output.note(`warning: ${lacking}; claims predictions reindex makes it again`)
  if (cursor !== null) output.line(`more with --cursor ${cursor}`)
  output.result({ predictions: predictions.map(({ written }) => written), cursor, warning: lacking })
  return 0
}
