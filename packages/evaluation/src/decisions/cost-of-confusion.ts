import type { Costs } from '@claims/contracts'
import type { Confusion } from '../metrics/confusion.ts'

/** The cost of decisions, each part by itself, in the currency of the costs. */
export interface CostParts {
  readonly total: number
  readonly falseNegative: number
  readonly review: number
  readonly falsePositive: number
}

/**
 * What a confusion matrix costs: every missed positive, every review, and the extra cost of a needless review on top.
 *
 * @param counts rows by outcome and prediction
 * @param costs per event, in one currency
 * @returns parts and their sum
 * @example
 * costOfConfusion({ tn: 90, fp: 5, fn: 1, tp: 4 }, { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 })
 * // { total: 13850, falseNegative: 10000, review: 1350, falsePositive: 2500 }
 */
export function costOfConfusion({ fp, fn, tp }: Confusion, costs: Costs): CostParts {
  const falseNegative = fn * costs.false_negative
  const review = (tp + fp) * costs.manual_review
  const falsePositive = fp * costs.false_positive
  return { total: falseNegative + review + falsePositive, falseNegative, review, falsePositive }
}
