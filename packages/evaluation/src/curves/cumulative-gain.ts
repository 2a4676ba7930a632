import { requireBothClasses, sortScores } from '../sorted-scores.ts'

/** Points of the cumulative gain curve from (0, 0) to (1, 1). */
export interface CumulativeGain {
  /** Share of all rows, highest scores first. */
  readonly reviewed: Float64Array
  /** Share of all positives among them. */
  readonly found: Float64Array
}

/**
 * Cumulative gain: the share of positives that reviewing the highest scores first finds. Rows of equal score are taken
 * together.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n
 * @returns at most n + 1 points
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * cumulativeGain(Uint8Array.of(0, 1), Float64Array.of(0.2, 0.7)) // reviewed [0, 0.5, 1], found [0, 1, 1]
 */
export function cumulativeGain(target: Uint8Array, probability: Float64Array): CumulativeGain {
  const sorted = sortScores(target, probability)
  requireBothClasses(sorted)
  const points = sorted.score.length + 1
  const reviewed = new Float64Array(points)
  const found = new Float64Array(points)
  let tp = 0
  let flagged = 0
  for (let g = 0; g < sorted.score.length; g++) {
    tp += sorted.positiveCount[g]!
    flagged += sorted.positiveCount[g]! + sorted.negativeCount[g]!
    reviewed[g + 1] = flagged / sorted.rows
    found[g + 1] = tp / sorted.positives
  }
  return { reviewed, found }
}
