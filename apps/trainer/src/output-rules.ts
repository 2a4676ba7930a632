import { join } from 'node:path'
import { createOutputLedger, outputPlace, type OutputRules } from '@claims/ingestion'
import type { WriteOptions } from './command-options.ts'
import type { CommandContext } from './context.ts'
import { keptPlaces } from './kept-places.ts'

/**
 * What a command may replace: its own outputs, which the ledger in the state directory knows by their content, and
 * with `--overwrite` other files, but never an input, and nothing of its own state.
 *
 * @param inputs files that the command reads, beside `--config`
 */
export function outputRules(
  { overwrite }: WriteOptions,
  { config, output, inputs }: CommandContext,
  ...more: readonly (string | undefined)[]
): OutputRules {
  return {
    inputs: [...inputs, ...more.filter((path) => path !== undefined)],
    keep: keptPlaces(config),
    overwrite: overwrite === true,
    onKept: (kept) => {
      output.note(`note: what the link pointed to is kept as ${kept}`)
    },
    ledger: createOutputLedger(join(config.home, 'outputs'), (error) => {
      const reason = error instanceof Error ? error.message : String(error)
      output.note(`note: ${config.home} cannot be written, so the next run needs --overwrite: ${reason}`)
    }),
  }
}

/** Where data goes to standard output, texts go to standard error. @param out name of the output */
export async function keepDataApart(out: string, { output }: CommandContext): Promise<void> {
  if ((await outputPlace(out)).descriptor === 1) output.leaveStandardOutput()
}
