import { requireBothClasses, sortScores } from '../sorted-scores.ts'

/** Points of the ROC curve from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRate: Float64Array
  readonly truePositiveRate: Float64Array
  /** Score at and above which a row counts as positive; Infinity at the first point. */
  readonly threshold: Float64Array
}

/**
 * The ROC curve: one point per distinct score and the origin.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n
 * @returns at most n + 1 points, thresholds descending
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * rocCurve(Uint8Array.of(0, 1), Float64Array.of(0.2, 0.7)).truePositiveRate // [0, 1, 1]
 */
export function rocCurve(target: Uint8Array, probability: Float64Array): RocCurve {
  const sorted = sortScores(target, probability)
  requireBothClasses(sorted)
  const points = sorted.score.length + 1
  const falsePositiveRate = new Float64Array(points)
  const truePositiveRate = new Float64Array(points)
  const threshold = new Float64Array(points)
  threshold[0] = Infinity
  let tp = 0
  let fp = 0
  for (let g = 0; g < sorted.score.length; g++) {
    tp += sorted.positiveCount[g]!
    fp += sorted.negativeCount[g]!
    falsePositiveRate[g + 1] = fp / sorted.negatives
    truePositiveRate[g + 1] = tp / sorted.positives
    threshold[g + 1] = sorted.score[g]!
  }
  return { falsePositiveRate, truePositiveRate, threshold }
}
