import { requireBothClasses, type SortedScores } from '../sorted-scores.ts'
import { standardNormalQuantile, wilsonInterval, type Interval } from './wilson.ts'

/**
 * Variance of the AUC by DeLong, DeLong & Clarke-Pearson (1988): the variance of the positives' placement values over
 * the positives plus that of the negatives' over the negatives. Linear after sorting (Sun & Xu 2014).
 *
 * @param sorted both classes present
 * @returns the variance; NaN when a class has one row only
 * @throws ClaimsError `label_single_class`
 */
export function delongVariance(sorted: SortedScores): number {
  requireBothClasses(sorted)
  const { score, positiveCount, negativeCount, positives, negatives } = sorted
  let auc = 0
  let positivesAbove = 0
  for (let g = 0; g < score.length; g++) {
    auc += negativeCount[g]! * (positivesAbove + positiveCount[g]! / 2)
    positivesAbove += positiveCount[g]!
  }
  auc = auc / positives / negatives
  let squaresOfPositives = 0
  let squaresOfNegatives = 0
  positivesAbove = 0
  let negativesAbove = 0
  for (let g = 0; g < score.length; g++) {
    const p = positiveCount[g]!
    const n = negativeCount[g]!
    const ofPositive = (negatives - negativesAbove - n / 2) / negatives - auc
    const ofNegative = (positivesAbove + p / 2) / positives - auc
    squaresOfPositives += p * ofPositive * ofPositive
    squaresOfNegatives += n * ofNegative * ofNegative
    positivesAbove += p
    negativesAbove += n
  }
  return squaresOfPositives / (positives - 1) / positives + squaresOfNegatives / (negatives - 1) / negatives
}

/**
 * Confidence interval of the AUC: DeLong's variance, normal on the logit scale, which keeps the bounds within 0 ... 1.
 * Where that does not exist (AUC of 0 or 1, or one row of a class) Wilson's interval with as many trials as the
 * smaller class has rows.
 *
 * @param sorted both classes present
 * @param auc their area under the ROC curve
 * @param level confidence, such as 0.95
 * @throws ClaimsError `label_single_class`
 */
export function delongInterval(sorted: SortedScores, auc: number, level: number): Interval {
  return aucInterval(sorted, { auc, variance: delongVariance(sorted), level })
}

/** The interval of an AUC of known variance, as {@link delongInterval} makes it. */
export function aucInterval(
  sorted: SortedScores,
  { auc, variance, level }: { readonly auc: number; readonly variance: number; readonly level: number },
): Interval {
  if (!(variance > 0) || auc <= 0 || auc >= 1) {
    const trials = Math.min(sorted.positives, sorted.negatives)
    return wilsonInterval(auc * trials, trials, level)
  }
  const half = (standardNormalQuantile((1 + level) / 2) * Math.sqrt(variance)) / (auc * (1 - auc))
  const logit = Math.log(auc / (1 - auc))
  return { lower: 1 / (1 + Math.exp(half - logit)), upper: 1 / (1 + Math.exp(-half - logit)) }
}
