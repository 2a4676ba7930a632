import { quantileOfSorted } from '@claims/frame'
import { wilsonInterval } from '../intervals/wilson.ts'
import { sortScores } from '../sorted-scores.ts'

/** A bin of rows of similar probability. */
export interface CalibrationBin {
  readonly meanProbability: number
  /** Share of positives among the bin's rows, with Wilson's interval. */
  readonly positiveRate: number
  readonly lower: number
  readonly upper: number
  readonly rows: number
}

/** How to bin. */
export interface CalibrationCurveOptions {
  /** Equal width, or as equal in rows as ties allow. */
  readonly strategy: 'uniform' | 'quantile'
  /** 10 where absent. */
  readonly bins?: number
  /** Confidence; 0.95 where absent. */
  readonly level?: number
}

/**
 * The calibration (reliability) curve: mean probability beside the share of positives, per bin. A probability on an
 * edge belongs to the lower bin; empty bins are left out.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, 0 ... 1, length n
 * @param options bins
 * @returns bins by rising probability
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * calibrationCurve(target, probability, { strategy: 'quantile', bins: 10 })
 */
export function calibrationCurve(
  target: Uint8Array,
  probability: Float64Array,
  { strategy, bins = 10, level = 0.95 }: CalibrationCurveOptions,
): CalibrationBin[] {
  const sorted = sortScores(target, probability)
  const ascending = strategy === 'quantile' ? Float64Array.from(probability).sort() : new Float64Array(0)
  const edges = Float64Array.from({ length: bins - 1 }, (_, i) => {
    const share = (i + 1) / bins
    return strategy === 'quantile' ? quantileOfSorted(ascending, share) : share
  })
  const sums = new Float64Array(bins)
  const positives = new Uint32Array(bins)
  const rows = new Uint32Array(bins)
  let bin = bins - 1
  for (let g = 0; g < sorted.score.length; g++) {
    const score = sorted.score[g]!
    while (bin > 0 && edges[bin - 1]! >= score) bin--
    const count = sorted.positiveCount[g]! + sorted.negativeCount[g]!
    sums[bin] = sums[bin]! + count * score
    positives[bin] = positives[bin]! + sorted.positiveCount[g]!
    rows[bin] = rows[bin]! + count
  }
  return [...rows.keys()].flatMap((b) => {
    const count = rows[b]!
    if (count === 0) return []
    return [
      {
        meanProbability: sums[b]! / count,
        positiveRate: positives[b]! / count,
        ...wilsonInterval(positives[b]!, count, level),
        rows: count,
      },
    ]
  })
}
