import { sortScores } from '../sorted-scores.ts'

/** Bins of the expected calibration error. */
export const calibrationBins = 10

/** The equal-width bin of a probability: [0, 0.1) is 0, ... [0.9, 1] is 9. */
export function calibrationBinOf(probability: number): number {
  return Math.max(0, Math.min(calibrationBins - 1, Math.floor(probability * calibrationBins)))
}

/**
 * Expected calibration error: ten bins of equal width, and in each the distance between the mean probability and the
 * share of positives, weighted by the bin's rows: `sum(n_b / n * |mean(p)_b - mean(y)_b|)`.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, length n
 * @returns 0 ... 1, lower is better
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * expectedCalibrationError(Uint8Array.of(1, 0), Float64Array.of(0.8, 0.4)) // 0.3
 */
export function expectedCalibrationError(target: Uint8Array, probability: Float64Array): number {
  const { score, positiveCount, negativeCount, rows } = sortScores(target, probability)
  const gap = new Float64Array(calibrationBins)
  for (let g = 0; g < score.length; g++) {
    const bin = calibrationBinOf(score[g]!)
    const count = positiveCount[g]! + negativeCount[g]!
    gap[bin] = gap[bin]! + count * score[g]! - positiveCount[g]!
  }
  return gap.reduce((sum, g) => sum + Math.abs(g), 0) / rows
}
