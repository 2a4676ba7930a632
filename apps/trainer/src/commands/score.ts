import { scoreFile, type RecordRows } from '@claims/pipeline'
import { ClaimsError } from '@claims/contracts'
import { requireOutput } from '@claims/ingestion'
import type { Scorer } from '@claims/scoring'
import { readingOf } from '../apply-options.ts'
import type { ScoreCommandOptions } from '../command-options.ts'
import type { CommandContext } from '../context.ts'
import { describeWarnings } from '../describe-warnings.ts'
import { openScorer } from '../open-model.ts'
import { keepDataApart, outputRules } from '../output-rules.ts'
import { openRecordingScorer } from '../predictions/record-scores.ts'
import { withPredictions } from '../predictions/with-predictions.ts'

/** `claims score`: 1 when every row was rejected. */
export async function score(options: ScoreCommandOptions, context: CommandContext): Promise<0 | 1> {
  requireRecord(options)
  await requireOutput(options.out, outputRules(options, context, options.data))
  await keepDataApart(options.out, context)
  if (options.record !== true) {
    const scorer = await openScorer(options, context)
    return await scoreWith({ scorer, now: new Date() }, options, context)
  }
  return await withPredictions(context, async (opened) =>
    scoreWith(await openRecordingScorer(options, opened, context), options, context),
  )
}

interface ScoringParts {
  readonly scorer: Scorer
  readonly now: Date
  readonly record?: RecordRows
}

async function scoreWith(
  { scorer, now, record }: ScoringParts,
  options: ScoreCommandOptions,
  context: CommandContext,
): Promise<0 | 1> {
  const { output, onProgress, signal } = context
  try {
    const result = await scoreFile(scorer, {
      data: options.data,
      out: options.out,
      reasons: options.reasons,
      output: outputRules(options, context, options.data),
      reading: readingOf(options),
      ...{ now, record, signal, onProgress },
    })
    output.line(
      `scored            ${result.scored.toLocaleString('en')} of ${result.rows.toLocaleString('en')} rows, ${result.high_risk.toLocaleString('en')} high-risk`,
    )
    output.line(
      `rejected          ${result.rejected.toLocaleString('en')}${result.rejected > 0 ? ': see the column "error"' : ''}`,
    )
    if (record !== undefined)
      output.line(`recorded          ${result.rows.toLocaleString('en')}: see the column "prediction_id"`)
    output.line(`scores            ${options.out}`)
    const warnings = result.warnings
    for (const line of describeWarnings(warnings)) output.line(line)
    output.result({ ...result, out: options.out, recorded: record !== undefined, warnings })
    return result.rows > 0 && result.scored === 0 ? 1 : 0
  } finally {
    scorer.dispose()
  }
}

/** Options that say something about records. */
const ofRecords = ['purpose', 'legalBasis', 'retentionClass', 'deleteAfter', 'idempotencyKey'] as const

function requireRecord(options: ScoreCommandOptions): void {
  const given = ofRecords.find((name) => options[name] !== undefined)
  if (options.record === true || given === undefined) return
  const field = `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new ClaimsError('invalid_usage', `${field} is about records, and nothing is recorded`, {
    problems: [{ field, problem: 'is given without --record', allowed: 'beside --record' }],
  })
}
