import type { PredictionRecord } from '@claims/contracts'
import type { ScoredRow, Scorer } from '@claims/scoring'
import { frameOf } from '../recorded-input.ts'
import type { SealedContent } from '../sealed-content.ts'

/**
 * Scores a recorded input again: the same cells or the same JSON, counted from the same moment, with as many reasons.
 *
 * @param scorer of the recorded bundle
 */
export function replayRow(
  scorer: Scorer,
  { now, reasons_asked }: Pick<PredictionRecord, 'now' | 'reasons_asked'>,
  { input, findings }: Pick<SealedContent, 'input' | 'findings'>,
): ScoredRow {
  const options = { reasons: reasons_asked, now: new Date(now), evidence: true }
  const [row] =
    input.kind === 'record'
      ? scorer.scoreRecords([input.record], options)
      : scorer.scoreFrame(frameOf(input.cells), findings, options)
  if (row === undefined) throw new TypeError('A scorer answers every row')
  return row
}
