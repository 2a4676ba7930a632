import { requireOutput, writeFileAtomic } from '@claims/ingestion'
import { erasureLine, readErasures } from '@claims/predictions'
import type { WriteOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { outputRules } from '../../output-rules.ts'
import { withPredictions } from '../../predictions/with-predictions.ts'

/** Options of `subjects erasures`. */
export interface ErasuresOptions extends WriteOptions {
  readonly out: string
}

/** `claims subjects erasures`: whom the ledger says was erased, as a list that `database restore` takes. */
export async function writeErasures(options: ErasuresOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const rules = outputRules(options, context)
  await requireOutput(options.out, rules)
  const erasures = await withPredictions(context, ({ ledger }) => readErasures(ledger))
  const lines = erasures.map(({ subject, erased_at }) => erasureLine(subject, erased_at))
  await writeFileAtomic(options.out, lines.join(''), rules)
  output.line(`erasures          ${String(erasures.length)}, in ${options.out}`)
  output.result({ erasures: erasures.length, out: options.out })
  return 0
}
