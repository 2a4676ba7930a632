import type { Costs, MetricName } from '@claims/contracts'
import {
  accuracy,
  balancedAccuracy,
  costOfConfusion,
  f1,
  kappa,
  mcc,
  precision,
  recall,
  specificity,
  type Confusion,
} from '@claims/evaluation'

/** Figures of a model's probabilities, those of the metrics but for gini, which is the AUC once more. */
export interface Figures extends Readonly<Record<Exclude<MetricName, 'gini'>, number>> {
  /** In the currency of the costs. */
  readonly cost_per_claim: number
  /** What a claim costs less than where all are reviewed, or all approved. */
  readonly saved_per_claim: number
  /** Mean predicted minus mean true probability: below 0 where claims are riskier than the model says. */
  readonly calibration_in_the_large: number
}

/** The policy that figures are of. */
export interface FigurePolicy {
  readonly threshold: number
  readonly costs: Costs
  /** What the saving is against. */
  readonly baseline: 'review_all' | 'approve_all'
}

/** Bins of the calibration error. */
const bins = 10

/**
 * Figures that probabilities have on rows whose true probability is known: no label is drawn, so no luck. Every row counts as `truth` of a positive and `1 - truth` of a negative.
 *
 * @param probability of the model, length n
 * @param truth true probability, length n; labels of 0 and 1 give the figures of a labelled set
 * @param policy the model's
 */
export function trueFigures(
  probability: Float64Array,
  truth: Float64Array,
  { threshold, costs, baseline }: FigurePolicy,
): Figures {
  const order = Uint32Array.from(probability.keys()).sort((a, b) => probability[b]! - probability[a]!)
  const rows = order.length
  const all = truth.reduce((sum, each) => sum + each, 0)
  const sums = { positives: 0, negatives: 0, tp: 0, fp: 0, loss: 0, squares: 0, predicted: 0 }
  const gaps = new Float64Array(bins)
  let area = 0
  let precisionSum = 0
  let distance = 0
  for (let from = 0, to = 0; from < rows; from = to) {
    const p = probability[order[from]!]!
    let ones = 0
    while (to < rows && probability[order[to]!] === p) ones += truth[order[to++]!]!
    const zeros = to - from - ones
    area += zeros * (sums.positives + ones / 2)
    sums.positives += ones
    sums.negatives += zeros
    precisionSum += (ones * sums.positives) / (sums.positives + sums.negatives)
    distance = Math.max(distance, Math.abs(sums.positives / all - sums.negatives / (rows - all)))
    if (p >= threshold) {
      sums.tp += ones
      sums.fp += zeros
    }
    sums.loss -= ones * Math.log(p) + zeros * Math.log1p(-p)
    sums.squares += ones * (1 - p) ** 2 + zeros * p * p
    sums.predicted += p * (to - from)
    const bin = Math.min(bins - 1, Math.floor(p * bins))
    gaps[bin] = gaps[bin]! + p * (to - from) - ones
  }
  const { positives, negatives, tp, fp } = sums
  const counts = { tp, fp, fn: positives - tp, tn: negatives - fp }
  const cost = costOfConfusion(counts, costs).total
  return {
    roc_auc: area / positives / negatives,
    average_precision: precisionSum / positives,
    log_loss: sums.loss / rows,
    brier: sums.squares / rows,
    expected_calibration_error: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows,
    ks: distance,
    accuracy: accuracy(counts),
    balanced_accuracy: balancedAccuracy(counts),
    precision: precision(counts),
    recall: recall(counts),
    specificity: specificity(counts),
    f1: f1(counts),
    mcc: mcc(counts),
    kappa: kappa(counts),
    cost_per_claim: cost / rows,
    saved_per_claim: (costOfConfusion(withoutModel(counts, baseline), costs).total - cost) / rows,
    calibration_in_the_large: (sums.predicted - positives) / rows,
  }
}

function withoutModel({ tp, fp, fn, tn }: Confusion, baseline: FigurePolicy['baseline']): Confusion {
  return baseline === 'review_all'
    ? { tp: tp + fn, fp: fp + tn, fn: 0, tn: 0 }
    : { tp: 0, fp: 0, fn: tp + fn, tn: fp + tn }
}
