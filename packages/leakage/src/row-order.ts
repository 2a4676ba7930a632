import type { Random } from '@claims/frame'
import { nullStandardError } from './single-feature-auc.ts'

/** How well the labels of neighbouring rows tell a row's label. */
export interface RowOrderEvidence {
  /** AUC of the positive rate among neighbours, the row itself left out. */
  readonly rocAuc: number
  readonly standardErrors: number
  /** How many neighbours that was, half of them on each side. */
  readonly neighbours: number
}

const halfWindows: readonly number[] = [10, 100, 1_000]

/**
 * Whether the order of the rows tells the label: the AUC of the positive rate among the nearest 20, 200 or 2,000
 * rows, whichever is furthest from chance. Each pair of neighbours counts for both, so that the standard error is
 * sqrt(2) times that of independent scores.
 *
 * @param target length n, 0 or 1, in the order of the rows
 * @returns null for fewer than 100 rows or one class
 */
export function rowOrderEvidence(target: Uint8Array): RowOrderEvidence | null {
  const n = target.length
  const before = new Uint32Array(n + 1)
  for (let i = 0; i < n; i++) before[i + 1] = before[i]! + target[i]!
  const positives = before[n]!
  if (n < 100 || positives === 0 || positives === n) return null
  const standardError = Math.SQRT2 * nullStandardError(positives, n - positives)
  let best: RowOrderEvidence | null = null
  for (const half of halfWindows) {
    if (half * 10 > n) break
    const width = 2 * half
    const positiveRows = new Float64Array(width + 1)
    const negativeRows = new Float64Array(width + 1)
    for (let i = 0; i < n; i++) {
      const start = Math.min(Math.max(i - half, 0), n - width - 1)
      const label = target[i]!
      const near = before[start + width + 1]! - before[start]! - label
      if (label === 1) positiveRows[near]!++
      else negativeRows[near]!++
    }
    let won = 0
    let below = 0
    for (let near = 0; near <= width; near++) {
      won += positiveRows[near]! * (below + negativeRows[near]! / 2)
      below += negativeRows[near]!
    }
    const rocAuc = won / (positives * (n - positives))
    const evidence = { rocAuc, standardErrors: (rocAuc - 0.5) / standardError, neighbours: width }
    if (best === null || evidence.rocAuc > best.rocAuc) best = evidence
  }
  return best
}

/**
 * How much a column counts up (towards 1) or down (towards -1) with the rows: Kendall's tau of the value and the row
 * number, over random pairs of rows, pairs of equal values left out.
 *
 * @param values length n, NaN = missing
 * @param random draws the pairs
 * @returns tau and the share of drawn pairs whose values differ
 */
export function orderAgreement(values: Float64Array, random: Random): { tau: number; differing: number } {
  const pairs = 4_000
  let rising = 0
  let falling = 0
  for (let k = 0; k < pairs; k++) {
    const a = random.integer(values.length)
    const b = random.integer(values.length)
    const difference = (values[b]! - values[a]!) * (b - a)
    if (difference > 0) rising++
    else if (difference < 0) falling++
  }
  const differing = rising + falling
  return { tau: differing === 0 ? 0 : (rising - falling) / differing, differing: differing / pairs }
}

/**
 * How evenly a column steps from row to row: the absolute Pearson correlation of value and row number, from at most
 * 10,000 evenly spaced rows.
 *
 * @param values length n, NaN = missing
 */
export function evenness(values: Float64Array): number {
  const step = Math.max(1, Math.floor(values.length / 10_000))
  let n = 0
  let meanX = 0
  let meanY = 0
  let xx = 0
  let yy = 0
  let xy = 0
  for (let row = 0; row < values.length; row += step) {
    const value = values[row]!
    if (!Number.isFinite(value)) continue
    n++
    const dx = row - meanX
    const dy = value - meanY
    meanX += dx / n
    meanY += dy / n
    xx += dx * (row - meanX)
    yy += dy * (value - meanY)
    xy += dx * (value - meanY)
  }
  return xx === 0 || yy === 0 ? 0 : Math.abs(xy) / Math.sqrt(xx * yy)
}
