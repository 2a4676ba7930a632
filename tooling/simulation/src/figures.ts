/** Figures that the probability of a model has on rows whose true probability is known: no label is drawn, so no luck. */
export interface Figures {
  readonly roc_auc: number
  readonly average_precision: number
  readonly recall: number
  readonly precision: number
  readonly log_loss: number
  readonly brier: number
  /** In the currency of the costs. */
  readonly cost_per_claim: number
  /** Mean predicted minus mean true probability: below 0 where claims are riskier than the model says. */
  readonly calibration_in_the_large: number
  /** Mean absolute gap in the bins of the calibration error. */
  readonly expected_calibration_error: number
}

/** What errors cost, in one currency. */
interface UnitCosts {
  readonly false_negative: number
  readonly false_positive: number
  readonly manual_review: number
}

/** Bins of the calibration error. */
const bins = 10

/**
 * Expected figures: every row counts as `truth` of a positive and `1 - truth` of a negative.
 *
 * @param probability of the model, length n
 * @param truth true probability, length n; labels of 0 and 1 give the figures of a labelled set
 * @param how threshold and costs of the model's policy
 */
export function trueFigures(
  probability: Float64Array,
  truth: Float64Array,
  how: { readonly threshold: number; readonly costs: UnitCosts },
): Figures {
  const order = Uint32Array.from(probability.keys()).sort((a, b) => probability[b]! - probability[a]!)
  const rows = order.length
  const sums = { positives: 0, negatives: 0, tp: 0, fp: 0, loss: 0, squares: 0, predicted: 0 }
  const gaps = new Float64Array(bins)
  let area = 0
  let precisionSum = 0
  for (let from = 0, to = 0; from < rows; from = to) {
    const p = probability[order[from]!]!
    let ones = 0
    while (to < rows && probability[order[to]!] === p) ones += truth[order[to++]!]!
    const zeros = to - from - ones
    area += zeros * (sums.positives + ones / 2)
    sums.positives += ones
    sums.negatives += zeros
    precisionSum += (ones * sums.positives) / (sums.positives + sums.negatives)
    if (p >= how.threshold) {
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
  const { false_negative: missed, false_positive: needless, manual_review: review } = how.costs
  return {
    roc_auc: area / positives / negatives,
    average_precision: precisionSum / positives,
    recall: tp / positives,
    precision: tp / (tp + fp),
    log_loss: sums.loss / rows,
    brier: sums.squares / rows,
    cost_per_claim: ((positives - tp) * missed + (tp + fp) * review + fp * needless) / rows,
    calibration_in_the_large: (sums.predicted - positives) / rows,
    expected_calibration_error: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows,
  }
}
