import { requireBothClasses, sortScores } from '../sorted-scores.ts'

/** Points of the precision-recall curve, recall rising. */
export interface PrecisionRecallCurve {
  readonly precision: Float64Array
  readonly recall: Float64Array
  /** Score at and above which a row counts as positive, descending. */
  readonly threshold: Float64Array
}

/**
 * The precision-recall curve: one point per distinct score. There is no made-up point at recall 0.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n
 * @returns at most n points; the last has recall 1
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * precisionRecallCurve(Uint8Array.of(0, 1), Float64Array.of(0.2, 0.7)).precision // [1, 0.5]
 */
export function precisionRecallCurve(target: Uint8Array, probability: Float64Array): PrecisionRecallCurve {
  const sorted = sortScores(target, probability)
  requireBothClasses(sorted)
  const points = sorted.score.length
  const precision = new Float64Array(points)
  const recall = new Float64Array(points)
  let tp = 0
  let flagged = 0
  for (let g = 0; g < points; g++) {
    tp += sorted.positiveCount[g]!
    flagged += sorted.positiveCount[g]! + sorted.negativeCount[g]!
    precision[g] = tp / flagged
    recall[g] = tp / sorted.positives
  }
  return { precision, recall, threshold: sorted.score.slice() }
}
