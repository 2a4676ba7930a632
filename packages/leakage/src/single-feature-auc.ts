import type { ColumnBins } from './column-bins.ts'

/** How well one feature alone ranks the rows. */
export interface SingleFeatureAuc {
  /** Out-of-fold area under the ROC curve; 0.5 = says nothing. */
  readonly rocAuc: number
  /** Distance from 0.5 in standard errors under "says nothing" (Mann and Whitney). */
  readonly standardErrors: number
}

/** Rows that a bin's rate is pulled to the overall rate by. */
const smoothingRows = 10

/**
 * Out-of-fold AUC of one feature: each bin's score in a fold is its smoothed target rate in the other folds, so that
 * a non-monotone relation counts and a bin never seen elsewhere says nothing. The value is the mean of the folds'
 * AUC, weighted by pairs.
 *
 * @param column bins of n rows
 * @param target length n, 0 or 1
 * @param folds fold of each row (length n) and how many there are
 */
export function singleFeatureAuc(
  column: ColumnBins,
  target: Uint8Array,
  folds: { of: Uint8Array; count: number },
): SingleFeatureAuc {
  const { bins, count } = column
  const rows = new Float64Array(count * folds.count)
  const positives = new Float64Array(count * folds.count)
  for (let i = 0; i < bins.length; i++) {
    const at = folds.of[i]! * count + bins[i]!
    rows[at]!++
    if (target[i] === 1) positives[at]!++
  }
  const allRows = new Float64Array(count)
  const allPositives = new Float64Array(count)
  for (let fold = 0; fold < folds.count; fold++) {
    for (let bin = 0; bin < count; bin++) {
      allRows[bin]! += rows[fold * count + bin]!
      allPositives[bin]! += positives[fold * count + bin]!
    }
  }
  const total = sum(allRows)
  const totalPositives = sum(allPositives)
  let pairs = 0
  let won = 0
  for (let fold = 0; fold < folds.count; fold++) {
    const inRows = rows.subarray(fold * count, (fold + 1) * count)
    const inPositives = positives.subarray(fold * count, (fold + 1) * count)
    const prior = (totalPositives - sum(inPositives)) / Math.max(1, total - sum(inRows))
    const scores = new Float64Array(count)
    const used: number[] = []
    for (let bin = 0; bin < count; bin++) {
      if (inRows[bin] === 0) continue
      const others = allRows[bin]! - inRows[bin]!
      scores[bin] =
        (allPositives[bin]! - inPositives[bin]! + smoothingRows * prior) / (others + smoothingRows)
      used.push(bin)
    }
    used.sort((a, b) => scores[a]! - scores[b]!)
    let negativesBelow = 0
    for (let start = 0; start < used.length;) {
      let end = start
      let tiedPositives = 0
      let tiedNegatives = 0
      for (; end < used.length && scores[used[end]!] === scores[used[start]!]; end++) {
        tiedPositives += inPositives[used[end]!]!
        tiedNegatives += inRows[used[end]!]! - inPositives[used[end]!]!
      }
      won += tiedPositives * (negativesBelow + tiedNegatives / 2)
      negativesBelow += tiedNegatives
      start = end
    }
    pairs += sum(inPositives) * negativesBelow
  }
  const rocAuc = pairs === 0 ? 0.5 : won / pairs
  return {
    rocAuc,
    standardErrors: (rocAuc - 0.5) / nullStandardError(totalPositives, total - totalPositives),
  }
}

/** Standard error of an AUC when scores say nothing: sqrt((P + N + 1) / (12 P N)). */
export function nullStandardError(positives: number, negatives: number): number {
  return Math.sqrt((positives + negatives + 1) / (12 * positives * negatives))
}

function sum(values: Float64Array): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}
