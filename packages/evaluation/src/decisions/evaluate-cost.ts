import type { CostEvaluation, Costs } from '@claims/contracts'
import { costIntervals, type GroupedClaims } from './cost-intervals.ts'
import { costOfConfusion } from './cost-of-confusion.ts'
import { samplingUnits } from '../intervals/sampling-units.ts'
import { confusion } from '../metrics/confusion.ts'

/** Labelled, scored rows, a threshold and what errors cost. */
export interface EvaluateCostInput {
  readonly target: Uint8Array
  readonly probability: Float64Array
  readonly threshold: number
  readonly costs: Costs
  /** Of the bootstrap that makes intervals; without it there are none. */
  readonly seed?: number | undefined
  /** Group of each row, negative for a row that stands alone: intervals come from whole groups. */
  readonly groups?: Int32Array | undefined
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
  groups,
}: EvaluateCostInput): CostEvaluation {
  const counts = confusion(target, probability, threshold)
  const { tn, fp, fn, tp } = counts
  const rows = tn + fp + fn + tp
  const approved = tn + fn
  const parts = costOfConfusion(counts, costs)
  const reviewAll = costOfConfusion({ tn: 0, fp: tn + fp, fn: 0, tp: tp + fn }, costs).total
  const approveAll = costOfConfusion({ tn: tn + fp, fp: 0, fn: tp + fn, tp: 0 }, costs).total
  const baseline = reviewAll <= approveAll ? 'review_all' : 'approve_all'
  const groupedClaims = (): GroupedClaims | undefined =>
    groups === undefined || samplingUnits(rows, groups).count === rows
      ? undefined
      : { target, flagged: Uint8Array.from(probability, (p) => (p >= threshold ? 1 : 0)), groups }
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
    intervals:
      rows === 0 || seed === undefined
        ? null
        : costIntervals(counts, costs, { baseline, seed, grouped: groupedClaims() }),
  }
}
