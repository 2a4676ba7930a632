import { scoreFile } from '@claims/pipeline'
import type { CommandContext } from '../context.ts'
import type { ScoreCommandOptions } from '../command-options.ts'
import { openScorer } from '../open-model.ts'

/** `claims score` */
export async function score(
  options: ScoreCommandOptions,
  { config, output, onProgress, signal }: CommandContext,
): Promise<0 | 1> {
  const scorer = await openScorer(options, config)
  try {
    const result = await scoreFile(scorer, {
      data: options.data,
      out: options.out,
      reasons: options.reasons,
      signal,
      onProgress,
    })
    output.line(
      `scored            ${result.scored.toLocaleString('en')} of ${result.rows.toLocaleString('en')} rows, ${result.high_risk.toLocaleString('en')} high-risk`,
    )
    output.line(
      `rejected          ${result.rejected.toLocaleString('en')}${result.rejected > 0 ? ': see the column "error"' : ''}`,
    )
    output.line(`scores            ${options.out}`)
    output.result({ ...result, out: options.out })
    return 0
  } finally {
    scorer.dispose()
  }
}
