import { groupedShareInterval } from '../intervals/grouped-share.ts'
import { wilsonInterval, type Interval } from '../intervals/wilson.ts'
import type { ComparedRows } from './compared-rows.ts'

/** Rows that one model flags and the other does not. */
export interface DecidedDifferently {
  readonly positives: { readonly only_a: number; readonly only_b: number }
  readonly negatives: { readonly only_a: number; readonly only_b: number }
}

/** A share of rows that are decided differently, times what each is worth. */
export interface WeightedShare {
  readonly worth: number
  /** Whether a row is one of them. */
  readonly counts: (label: number, onlyA: boolean, onlyB: boolean) => boolean
  /** Class of the rows that it is a share of; all where absent. */
  readonly among?: 0 | 1
}

/** Counts the rows that the two decide differently, each at its own threshold. */
export function decidedDifferently(rows: ComparedRows): DecidedDifferently {
  const counts = { positives: { only_a: 0, only_b: 0 }, negatives: { only_a: 0, only_b: 0 } }
  rows.target.forEach((label, row) => {
    const ofClass = label === 1 ? counts.positives : counts.negatives
    const { onlyA, onlyB } = flaggedBy(rows, row)
    if (onlyA) ofClass.only_a++
    if (onlyB) ofClass.only_b++
  })
  return counts
}

/**
 * A sum of shares of rows that are decided differently, each times its worth: a difference of accuracy, recall or cost.
 * Each share has Wilson's interval (of the trials that groups are worth), and these are squared and added with the
 * correlation of parts of one whole (MOVER: Zou & Donner 2008; for two shares it is Newcombe's interval of a paired
 * difference in this form). Where no row is decided differently it still says what that many rows leave possible.
 */
export function weightedShares(
  rows: ComparedRows,
  terms: readonly WeightedShare[],
): Interval & { value: number } {
  const { target, units, level, grouped } = rows
  const measured = terms.map(({ worth, counts, among }) => {
    const success = Uint8Array.from(target, (label, row) => {
      const { onlyA, onlyB } = flaggedBy(rows, row)
      return counts(label, onlyA, onlyB) ? 1 : 0
    })
    const trial = Uint8Array.from(target, (label) => (among === undefined || label === among ? 1 : 0))
    const trials = trial.reduce((sum, one) => sum + one, 0)
    const successes = success.reduce((sum, one, row) => sum + one * trial[row]!, 0)
    const interval = grouped
      ? groupedShareInterval({ success, trial }, { units, level })
      : wilsonInterval(successes, trials, level)
    return { worth, among, share: successes / trials, ...interval }
  })
  const value = measured.reduce((sum, { worth, share }) => sum + worth * share, 0)
  const reach = (side: 1 | -1): number => {
    const parts = measured.map(({ worth, share, lower, upper, among }) => {
      const far = worth * side > 0 ? upper - share : share - lower
      return { sign: Math.sign(worth), far: Math.abs(worth) * far, share, among }
    })
    let squares = 0
    parts.forEach((one, i) => {
      squares += one.far ** 2
      for (const other of parts.slice(i + 1))
        squares += 2 * one.sign * other.sign * correlation(one, other) * one.far * other.far
    })
    return Math.sqrt(Math.max(0, squares))
  }
  return { value, lower: value - reach(-1), upper: value + reach(1) }
}

interface Part {
  readonly share: number
  readonly among: 0 | 1 | undefined
}

/** Of two disjoint shares of the same rows; of different classes there is none. */
function correlation(one: Part, other: Part): number {
  if (one.among !== other.among) return 0
  const apart = (1 - one.share) * (1 - other.share)
  return apart === 0 ? 0 : -Math.sqrt((one.share * other.share) / apart)
}

function flaggedBy(
  { a, b }: Pick<ComparedRows, 'a' | 'b'>,
  row: number,
): { readonly onlyA: boolean; readonly onlyB: boolean } {
  const byA = a.probability[row]! >= a.threshold
  const byB = b.probability[row]! >= b.threshold
  return { onlyA: byA && !byB, onlyB: byB && !byA }
}
