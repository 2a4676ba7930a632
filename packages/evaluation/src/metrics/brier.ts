import { sortScores, type SortedScores } from '../sorted-scores.ts'

/**
 * Brier score: the mean squared distance between probability and outcome.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, length n
 * @returns 0 ... 1, lower is better
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * brier(Uint8Array.of(1, 0), Float64Array.of(0.8, 0.4)) // 0.1
 */
export function brier(target: Uint8Array, probability: Float64Array): number {
  return brierOfSorted(sortScores(target, probability))
}

/** {@link brier} of scores that are sorted already. */
export function brierOfSorted({ score, positiveCount, negativeCount, rows }: SortedScores): number {
  let sum = 0
  for (let g = 0; g < score.length; g++) {
    const p = score[g]!
    sum += positiveCount[g]! * (1 - p) * (1 - p) + negativeCount[g]! * p * p
  }
  return sum / rows
}
