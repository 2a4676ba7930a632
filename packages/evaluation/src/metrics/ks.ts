import { requireBothClasses, sortScores, type SortedScores } from '../sorted-scores.ts'

/**
 * Kolmogorov-Smirnov distance between the scores of positives and of negatives: the largest gap between their two
 * cumulative distributions.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n; only their order matters
 * @returns 0 ... 1
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * ks(Uint8Array.of(0, 1, 0, 1), Float64Array.of(0.1, 0.4, 0.4, 0.8)) // 0.5
 */
export function ks(target: Uint8Array, probability: Float64Array): number {
  return ksOfSorted(sortScores(target, probability))
}

/** {@link ks} of scores that are sorted already. @throws ClaimsError `label_single_class` */
export function ksOfSorted(sorted: SortedScores): number {
  requireBothClasses(sorted)
  const { score, positiveCount, negativeCount, positives, negatives } = sorted
  let truePositives = 0
  let falsePositives = 0
  let largest = 0
  for (let g = 0; g < score.length; g++) {
    truePositives += positiveCount[g]!
    falsePositives += negativeCount[g]!
    largest = Math.max(largest, Math.abs(truePositives / positives - falsePositives / negatives))
  }
  return largest
}
