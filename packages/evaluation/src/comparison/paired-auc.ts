import type { TestEvaluation } from '@claims/contracts'
import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { placements, placementVariance } from '../intervals/grouped-variance.ts'
import { wilsonInterval } from '../intervals/wilson.ts'
import { rocAucOfSorted } from '../metrics/roc-auc.ts'
import type { ComparedRows, JudgedModel } from './compared-rows.ts'
import { noDifference, squaredAndAdded, within, type Difference } from './difference.ts'

/**
 * The difference of two AUCs on the same rows by DeLong, DeLong & Clarke-Pearson (1988): its variance is that of the
 * differences of the rows' placements, so that what both models have in common cancels; between groups (Obuchowski 1997)
 * where rows hang together. Student's t with the degrees of freedom that the rows of the two classes leave to that
 * variance (Welch and Satterthwaite).
 *
 * Where the variance says nothing there is no p-value and the intervals of the two AUCs are squared and added, or, where
 * both rank every row alike, the interval reaches as far as no differing row of the smaller class leaves possible.
 *
 * @param rows judged by both
 * @param of metrics of each on these rows
 */
export function pairedAuc(
  rows: ComparedRows,
  of: { readonly a: TestEvaluation; readonly b: TestEvaluation },
): Difference {
  if (rows.sameScores) return noDifference
  const { target, units, level, grouped, a, b } = rows
  const placed = ({ probability, sorted }: JudgedModel): Float64Array =>
    placements({ target, probability }, { sorted, auc: rocAucOfSorted(sorted) })
  const ofA = placed(a)
  const apart = placed(b).map((value, row) => value - ofA[row]!)
  const difference = rocAucOfSorted(b.sorted) - rocAucOfSorted(a.sorted)
  const by = grouped ? ' by group' : ''
  if (apart.every((value) => value === 0)) {
    const trials = Math.min(units.count, a.sorted.positives, a.sorted.negatives)
    const { upper } = wilsonInterval(0, trials, level)
    const method = `both rank every row alike; Wilson's interval of none among the ${String(trials)} of the smaller class`
    return { difference: 0, interval: within(0, { below: upper, above: upper }), p_value: 1, method }
  }
  const { variance, degreesOfFreedom } = placementVariance(apart, { target, units })
  if (!(variance > 0 && Number.isFinite(variance) && degreesOfFreedom > 0)) {
    const interval = squaredAndAdded(of.a.metrics.roc_auc, of.b.metrics.roc_auc)
    const method = `the intervals of both${by}, squared and added: the paired variance cannot be told from these rows`
    return { difference, interval, p_value: null, method }
  }
  const error = Math.sqrt(variance)
  const half = tQuantile((1 + level) / 2, degreesOfFreedom) * error
  return {
    difference,
    interval: within(difference, { below: half, above: half }),
    p_value: 2 * tCdf(-Math.abs(difference) / error, degreesOfFreedom),
    method: `paired DeLong${by}, Student's t`,
  }
}
