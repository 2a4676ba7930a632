import { ClaimsError, type Costs, type SelectionConstraints } from '@claims/contracts'
import { accuracy, recall, specificity } from '../metrics/confusion-metrics.ts'
import type { Confusion } from '../metrics/confusion.ts'
import { sortScores } from '../sorted-scores.ts'
import { costOfConfusion } from './cost-of-confusion.ts'

/** Rows that neither trained the model nor will report its test score, and what to optimise on them. */
export interface ChooseThresholdInput {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  /** Calibrated probabilities of validation or out-of-fold rows, length n, 0 ... 1. */
  readonly probability: Float64Array
  /** Null where nobody gave them. */
  readonly costs: Costs | null
  /** `min_recall`, `min_accuracy` and `max_false_positive_rate` bind; `min_roc_auc` does not depend on a threshold. */
  readonly constraints: SelectionConstraints
}

/** A threshold, why it was taken and what it costs on the rows that it was chosen on. */
export interface ChosenThreshold {
  /** Strictly between 0 and 1. */
  readonly value: number
  readonly rule: string
  /** The constraints that the best threshold without constraints misses, as text; they moved the value. */
  readonly boundBy: readonly string[]
  /** Whether the constraints can be met together; where they cannot, the value is the best without them. */
  readonly feasible: boolean
  /** Total cost on these rows; null without costs. */
  readonly cost: number | null
}

/** Room that the policy's bands need beside 0 and 1. */
const margin = 1e-9

/**
 * The best threshold subject to constraints, by exact search over every cut between distinct scores, and over "flag
 * none" and "flag all". With costs the best has the least expected cost; without, it flags as many rows as are
 * positive, or as near to that as ties and constraints allow. The value lies midway between the neighbouring scores;
 * equals go to the lower threshold, which misses fewer positives. Rows of equal score are never split.
 *
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value` for a score outside 0 ... 1
 * @example
 * chooseThreshold({ target, probability, costs, constraints: { min_recall: 0.85 } })
 * // { value: 0.31, rule: 'minimum expected cost with recall >= 0.85', boundBy: ['recall >= 0.85'], feasible: true, cost: 41250 }
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
  const limits = limitsOf(constraints)
  const lossOf = (counts: Confusion): number =>
    costs === null ? Math.abs(counts.tp + counts.fp - positives) : costOfConfusion(counts, costs).total
  let tp = 0
  let fp = 0
  let best: Cut | undefined
  let bestAllowed: Cut | undefined
  for (let g = 0; g <= score.length; g++) {
    if (g > 0) {
      tp += positiveCount[g - 1]!
      fp += negativeCount[g - 1]!
    }
    const value = between(score[g] ?? 0, score[g - 1] ?? 1)
    if (value < margin || value > 1 - margin) continue
    const counts = { tp, fp, fn: positives - tp, tn: negatives - fp }
    const cut = { value, loss: lossOf(counts), counts }
    if (best === undefined || cut.loss <= best.loss) best = cut
    if (limits.some(({ keeps }) => !keeps(counts))) continue
    if (bestAllowed === undefined || cut.loss <= bestAllowed.loss) bestAllowed = cut
  }
  const aim = costs === null ? 'as large a share flagged as there are positives' : 'minimum expected cost'
  const all = limits.map(({ text }) => text).join(', ')
  const chosen = bestAllowed ?? best!
  const boundBy =
    bestAllowed === undefined
      ? []
      : limits.filter(({ keeps }) => !keeps(best!.counts)).map(({ text }) => text)
  return {
    value: chosen.value,
    cost: costs === null ? null : chosen.loss,
    boundBy,
    feasible: bestAllowed !== undefined,
    rule:
      bestAllowed === undefined
        ? `${aim} without limits, as no threshold meets ${all} together`
        : costs === null && boundBy.length > 0
          ? `as near to the share of positives as the limits allow: ${all}`
          : `${aim}${all === '' ? '' : ` with ${all}`}`,
  }
}

interface Cut {
  readonly value: number
  readonly loss: number
  readonly counts: Confusion
}

interface Limit {
  readonly text: string
  readonly keeps: (counts: Confusion) => boolean
}

function between(low: number, high: number): number {
  const middle = low + (high - low) / 2
  return middle > low ? middle : high
}

function limitsOf(constraints: SelectionConstraints): Limit[] {
  const { min_recall: minRecall, min_accuracy: minAccuracy, max_false_positive_rate: maxRate } = constraints
  return [
    ...(minRecall === undefined
      ? []
      : [{ text: `recall >= ${shortNumber(minRecall)}`, keeps: (c: Confusion) => recall(c) >= minRecall }]),
    ...(minAccuracy === undefined
      ? []
      : [
          {
            text: `accuracy >= ${shortNumber(minAccuracy)}`,
            keeps: (c: Confusion) => accuracy(c) >= minAccuracy,
          },
        ]),
    ...(maxRate === undefined
      ? []
      : [
          {
            text: `false positive rate <= ${shortNumber(maxRate)}`,
            keeps: (c: Confusion) => 1 - specificity(c) <= maxRate,
          },
        ]),
  ]
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)))
}
