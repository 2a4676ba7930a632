import { requireBothClasses, sortScores, type SortedScores } from '../sorted-scores.ts'

/**
 * Average precision: the step-wise area under the precision-recall curve, `sum((R_k - R_(k-1)) * P_k)` over the
 * distinct scores from high to low. Chance gives the share of positives.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n; only their order matters
 * @returns 0 ... 1
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * averagePrecision(Uint8Array.of(0, 1, 1), Float64Array.of(0.5, 0.4, 0.9)) // 0.8333...
 */
export function averagePrecision(target: Uint8Array, probability: Float64Array): number {
  return averagePrecisionOfSorted(sortScores(target, probability))
}

/** {@link averagePrecision} of scores that are sorted already. @throws ClaimsError `label_single_class` */
export function averagePrecisionOfSorted(sorted: SortedScores): number {
  requireBothClasses(sorted)
  const { score, positiveCount, negativeCount, positives } = sorted
  let truePositives = 0
  let flagged = 0
  let area = 0
  for (let g = 0; g < score.length; g++) {
    truePositives += positiveCount[g]!
    flagged += positiveCount[g]! + negativeCount[g]!
    area += (positiveCount[g]! / positives) * (truePositives / flagged)
  }
  return area
}
