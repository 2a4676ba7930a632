import type { CostEvaluation, Costs } from '@claims/contracts'
import { costIntervals } from './cost-intervals.ts'
import { confusion, type Confusion } from '../metrics/confusion.ts'

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

/** Labelled, scored rows, a threshold and what errors cost. */
export interface EvaluateCostInput {
  readonly target: Uint8Array
  readonly probability: Float64Array
  readonly threshold: number
  readonly costs: Costs
  /** Of the bootstrap that makes intervals; without it there are none. */
  readonly seed?: number | undefined
}

/**
 * The cost of a threshold on a set of rows beside the cheaper of reviewing every claim and approving every claim, with
 * intervals (see `costIntervals`).
 *
 * @returns all parts; `saved` is negative where the baseline is cheaper
 * @throws ClaimsError `length_mismatch`
 */
export function evaluateCost({
  target,
  probability,
  threshold,
  costs,
  seed,
}: EvaluateCostInput): CostEvaluation {
  const counts = confusion(target, probability, threshold)
  const { tn, fp, fn, tp } = counts
  const rows = tn + fp + fn + tp
  const approved = tn + fn
  const parts = costOfConfusion(counts, costs)
  const reviewAll = costOfConfusion({ tn: 0, fp: tn + fp, fn: 0, tp: tp + fn }, costs).total
  const approveAll = costOfConfusion({ tn: tn + fp, fp: 0, fn: tp + fn, tp: 0 }, costs).total
  const baseline = reviewAll <= approveAll ? 'review_all' : 'approve_all'
  const baselineTotal = Math.min(reviewAll, approveAll)
  return {
    currency: costs.currency,
    total: parts.total,
    per_claim: rows === 0 ? 0 : parts.total / rows,
    false_negative_cost: parts.falseNegative,
    review_cost: parts.review,
    false_positive_cost: parts.falsePositive,
    manual_review_share: rows === 0 ? 0 : (tp + fp) / rows,
    automation_rate: rows === 0 ? 0 : approved / rows,
    auto_approved_positives: fn,
    auto_approved_positive_share: approved === 0 ? 0 : fn / approved,
    baseline_total: baselineTotal,
    baseline,
    saved: baselineTotal - parts.total,
    intervals: rows === 0 || seed === undefined ? null : costIntervals(counts, costs, { baseline, seed }),
  }
}
