import { requireBothClasses, sortScores } from '../sorted-scores.ts'

/** What every threshold gives, thresholds falling from the highest score to the lowest. */
export interface TradeOffCurve {
  /** Lowest score that is flagged, descending. */
  readonly threshold: Float64Array
  /** Share of all rows that is flagged. */
  readonly reviewed: Float64Array
  /** Share of positives that is flagged. */
  readonly recall: Float64Array
  /** Share of flagged rows that is positive. */
  readonly precision: Float64Array
}

/**
 * Review share, recall and precision at every distinct score of a set of rows.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, length n
 * @returns at most n points; the last flags every row
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * tradeOffCurve(Uint8Array.of(0, 1), Float64Array.of(0.2, 0.7)).reviewed // [0.5, 1]
 */
export function tradeOffCurve(target: Uint8Array, probability: Float64Array): TradeOffCurve {
  const sorted = sortScores(target, probability)
  requireBothClasses(sorted)
  const points = sorted.score.length
  const reviewed = new Float64Array(points)
  const recall = new Float64Array(points)
  const precision = new Float64Array(points)
  let tp = 0
  let flagged = 0
  for (let g = 0; g < points; g++) {
    tp += sorted.positiveCount[g]!
    flagged += sorted.positiveCount[g]! + sorted.negativeCount[g]!
    reviewed[g] = flagged / target.length
    recall[g] = tp / sorted.positives
    precision[g] = tp / flagged
  }
  return { threshold: sorted.score.slice(), reviewed, recall, precision }
}
