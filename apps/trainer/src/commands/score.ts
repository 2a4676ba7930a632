import { scoreFile } from '@claims/pipeline'
import type { CommandContext } from '../context.ts'
import type { ScoreCommandOptions } from '../command-options.ts'
import { requireOutput } from '@claims/ingestion'
import { readingOf } from '../apply-options.ts'
import { describeWarnings } from '../describe-warnings.ts'
import { openScorer } from '../open-model.ts'
import { keepDataApart, outputRules } from '../output-rules.ts'

/** `claims score`: 1 when every row was rejected. */
export async function score(options: ScoreCommandOptions, context: CommandContext): Promise<0 | 1> {
  const { output, onProgress, signal } = context
  const rules = outputRules(options, context, options.data)
  await requireOutput(options.out, rules)
  await keepDataApart(options.out, context)
  const scorer = await openScorer(options, context)
  try {
    const result = await scoreFile(scorer, {
      data: options.data,
      out: options.out,
      reasons: options.reasons,
      now: new Date(),
      output: rules,
      reading: readingOf(options),
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
    const warnings = result.warnings
    for (const line of describeWarnings(warnings)) output.line(line)
    output.result({ ...result, out: options.out, warnings })
    return result.rows > 0 && result.scored === 0 ? 1 : 0
  } finally {
    scorer.dispose()
  }
}
