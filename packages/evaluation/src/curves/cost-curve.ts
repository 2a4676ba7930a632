import type { Costs } from '@claims/contracts'
import { costOfConfusion } from '../decisions/cost-of-confusion.ts'
import { sortScores } from '../sorted-scores.ts'

/** Total cost by threshold, thresholds falling from "flag none" to "flag all". */
export interface CostCurve {
  /** Lowest score that is flagged; 1 or the next above the highest score where none is. */
  readonly threshold: Float64Array
  /** Total cost over all rows, in the currency of the costs. */
  readonly total: Float64Array
}

/**
 * What every threshold costs on a set of rows.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, length n
 * @param costs per event
 * @returns at most n + 1 points
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * costCurve(Uint8Array.of(0, 1), Float64Array.of(0.2, 0.7), costs).total
 */
export function costCurve(target: Uint8Array, probability: Float64Array, costs: Costs): CostCurve {
  const { score, positiveCount, negativeCount, positives, negatives } = sortScores(target, probability)
  const threshold = new Float64Array(score.length + 1)
  const total = new Float64Array(score.length + 1)
  let tp = 0
  let fp = 0
  for (let g = 0; g <= score.length; g++) {
    if (g > 0) {
      tp += positiveCount[g - 1]!
      fp += negativeCount[g - 1]!
    }
    threshold[g] = g === 0 ? Math.max(1, score[0]! + Number.EPSILON) : score[g - 1]!
    total[g] = costOfConfusion({ tp, fp, fn: positives - tp, tn: negatives - fp }, costs).total
  }
  return { threshold, total }
}
