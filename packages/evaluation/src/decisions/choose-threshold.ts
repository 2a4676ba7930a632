import { ClaimsError, type Costs, type SelectionConstraints } from '@claims/contracts'
import { accuracy, recall, specificity } from '../metrics/confusion-metrics.ts'
import type { Confusion } from '../metrics/confusion.ts'
import { sortScores } from '../sorted-scores.ts'
import { costOfConfusion } from './evaluate-cost.ts'

/** Rows that neither trained the model nor will report its test score, and what to optimise on them. */
export interface ChooseThresholdInput {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  /** Calibrated probabilities of validation or out-of-fold rows, length n, 0 ... 1. */
  readonly probability: Float64Array
  readonly costs: Costs
  /** `min_recall`, `min_accuracy` and `max_false_positive_rate` bind; `min_roc_auc` does not depend on a threshold. */
  readonly constraints: SelectionConstraints
}

/** A threshold, why it was taken and what it costs on the rows that it was chosen on. */
export interface ChosenThreshold {
  /** Strictly between 0 and 1. */
  readonly value: number
  readonly rule: string
  /** Whether the constraints can be met together; where they cannot, the value is the cheapest without them. */
  readonly feasible: boolean
  /** Total cost on these rows. */
  readonly cost: number
}

/** Room that the policy's bands need beside 0 and 1. */
const margin = 1e-9

/**
 * The threshold of least expected cost subject to constraints, by exact search over every cut between distinct scores,
 * and over "flag none" and "flag all". The value lies midway between the neighbouring scores; equal costs go to the
 * lower threshold, which misses fewer positives. Rows of equal score are never split.
 *
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value` for a score outside 0 ... 1
 * @example
 * chooseThreshold({ target, probability, costs, constraints: { min_recall: 0.85 } })
 * // { value: 0.31, rule: 'minimum expected cost with recall >= 0.85', feasible: true, cost: 41250 }
 */
export function chooseThreshold({
  target,
  probability,
  costs,
  constraints,
}: ChooseThresholdInput): ChosenThreshold {
  const sorted = sortScores(target, probability)
  const { score, positiveCount, negativeCount, positives, negatives } = sorted
  if (score[0]! > 1 || score[score.length - 1]! < 0) {
    throw new ClaimsError('invalid_value', 'A threshold is chosen on probabilities', {
      problems: [{ field: 'probability', problem: 'holds a value outside 0 ... 1', allowed: '0 ... 1' }],
    })
  }
  let tp = 0
  let fp = 0
  let cheapest: Cut | undefined
  let cheapestAllowed: Cut | undefined
  for (let g = 0; g <= score.length; g++) {
    if (g > 0) {
      tp += positiveCount[g - 1]!
      fp += negativeCount[g - 1]!
    }
    const value = between(score[g] ?? 0, score[g - 1] ?? 1)
    if (value < margin || value > 1 - margin) continue
    const counts = { tp, fp, fn: positives - tp, tn: negatives - fp }
    const cut = { value, cost: costOfConfusion(counts, costs).total }
    if (cheapest === undefined || cut.cost <= cheapest.cost) cheapest = cut
    if (!satisfies(counts, constraints)) continue
    if (cheapestAllowed === undefined || cut.cost <= cheapestAllowed.cost) cheapestAllowed = cut
  }
  const limits = describe(constraints)
  if (cheapestAllowed !== undefined) {
    return {
      ...cheapestAllowed,
      feasible: true,
      rule: `minimum expected cost${limits === '' ? '' : ` with ${limits}`}`,
    }
  }
  return {
    ...cheapest!,
    feasible: false,
    rule: `minimum expected cost without limits, as no threshold meets ${limits} together`,
  }
}

interface Cut {
  readonly value: number
  readonly cost: number
}

function between(low: number, high: number): number {
  const middle = low + (high - low) / 2
  return middle > low ? middle : high
}

function satisfies(counts: Confusion, constraints: SelectionConstraints): boolean {
  const {
    min_recall: minRecall = 0,
    min_accuracy: minAccuracy = 0,
    max_false_positive_rate: maxRate = 1,
  } = constraints
  return recall(counts) >= minRecall && accuracy(counts) >= minAccuracy && 1 - specificity(counts) <= maxRate
}

function describe(constraints: SelectionConstraints): string {
  const { min_recall: minRecall, min_accuracy: minAccuracy, max_false_positive_rate: maxRate } = constraints
  return [
    minRecall === undefined ? '' : `recall >= ${String(minRecall)}`,
    minAccuracy === undefined ? '' : `accuracy >= ${String(minAccuracy)}`,
    maxRate === undefined ? '' : `false positive rate <= ${String(maxRate)}`,
  ]
    .filter((text) => text !== '')
    .join(', ')
}
