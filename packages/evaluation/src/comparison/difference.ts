import type { Interval } from '../intervals/wilson.ts'

/** How a figure differs between two models on the same rows: second less first. */
export interface Difference {
  readonly difference: number
  /** Null where these rows cannot tell it. */
  readonly interval: Interval | null
  /** Two-sided, of no difference; null where there is no such test. */
  readonly p_value: number | null
  readonly method: string
}

/** Two models that say the same of every row do not differ, and no sampling makes them. */
export const noDifference: Difference = Object.freeze({
  difference: 0,
  interval: Object.freeze({ lower: 0, upper: 0 }),
  p_value: 1,
  method: 'both say the same of every row',
})

/** An interval from a difference and how far it reaches below and above, held in -1 ... 1. */
export function within(
  difference: number,
  reach: { readonly below: number; readonly above: number },
): Interval {
  return {
    lower: Math.max(-1, difference - reach.below),
    upper: Math.min(1, difference + reach.above),
  }
}

/** The interval of a difference from those of two independent or positively correlated figures (MOVER). */
export function squaredAndAdded(
  a: Interval & { readonly value: number },
  b: Interval & { readonly value: number },
): Interval {
  return within(b.value - a.value, {
    below: Math.hypot(b.value - b.lower, a.upper - a.value),
    above: Math.hypot(b.upper - b.value, a.value - a.lower),
  })
}
