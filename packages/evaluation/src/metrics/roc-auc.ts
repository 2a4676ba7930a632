import { requireBothClasses, sortScores, type SortedScores } from '../sorted-scores.ts'

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting one half.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n; only their order matters
 * @returns 0 ... 1
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * rocAuc(Uint8Array.of(0, 1, 0, 1), Float64Array.of(0.1, 0.4, 0.4, 0.8)) // 0.875
 */
export function rocAuc(target: Uint8Array, probability: Float64Array): number {
  return rocAucOfSorted(sortScores(target, probability))
}

/** {@link rocAuc} of scores that are sorted already. @throws ClaimsError `label_single_class` */
export function rocAucOfSorted(sorted: SortedScores): number {
  requireBothClasses(sorted)
  const { score, positiveCount, negativeCount, positives, negatives } = sorted
  let above = 0
  let positivesAbove = 0
  for (let g = 0; g < score.length; g++) {
    above += negativeCount[g]! * (positivesAbove + positiveCount[g]! / 2)
    positivesAbove += positiveCount[g]!
  }
  return above / positives / negatives
}
