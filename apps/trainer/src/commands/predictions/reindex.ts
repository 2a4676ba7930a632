import type { CommandContext } from '../../context.ts'
import { withPredictions } from '../../predictions/with-predictions.ts'

/** `claims predictions reindex`: 1 when a line is no entry of this product. */
export async function reindexPredictions(_options: object, context: CommandContext): Promise<0 | 1> {
  const { output } = context
  const summary = await withPredictions(context, ({ log }) => log.reindex())
  output.line(
    `read              ${String(summary.predictions)} records of ${String(summary.sequences)} sequences`,
  )
  output.line(`corrected         ${String(summary.corrected)} rows of the index`)
  output.line(`removed           ${String(summary.removed)} rows whose record is no more`)
  if (summary.unreadable > 0)
    output.line(`unreadable        ${String(summary.unreadable)} lines; claims ledger verify says more`)
  output.result(summary)
  return summary.unreadable > 0 ? 1 : 0
}
