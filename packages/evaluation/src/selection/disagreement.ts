import type { Evaluation, Metric, MetricName } from '@claims/contracts'

/** A metric that cross-validation and test see differently. */
export interface Disagreement {
  readonly metric: MetricName
  readonly crossValidated: Metric
  readonly test: Metric
}

/**
 * Whether the test rows say something else than cross-validation of the selected candidate did, beyond noise: the two
 * values lie further apart than the root of the sum of the squares of the sides of their intervals that face each other,
 * which near 0 and 1 are not their halves. ROC AUC is compared, and average
 * precision where candidates were selected by it; the other metrics depend on the calibration, which folds do not have.
 *
 * @param evaluation of held-out rows; of a file that was measured later there is nothing to compare
 * @returns the first metric that disagrees, or null
 * @example
 * disagreement(evaluation)?.test.value // 0.601, where cross-validation has 0.686
 */
export function disagreement(
  evaluation: Pick<Evaluation, 'candidates' | 'selection' | 'test' | 'measured_on'>,
): Disagreement | null {
  const { candidates, selection, test, measured_on: measured } = evaluation
  const found = candidates.find(({ selected }) => selected)?.cross_validation.metrics
  if (found === undefined || measured.kind !== 'held_out') return null
  const compared: MetricName[] =
    selection.metric === 'average_precision' ? ['roc_auc', 'average_precision'] : ['roc_auc']
  for (const metric of compared) {
    const crossValidated = found[metric]
    if (crossValidated === undefined) continue
    const other = test.metrics[metric]
    const [low, high] = crossValidated.value < other.value ? [crossValidated, other] : [other, crossValidated]
    const noise = Math.hypot(low.upper - low.value, high.value - high.lower)
    if (Math.abs(crossValidated.value - other.value) <= noise) continue
    const { value, lower, upper } = crossValidated
    return { metric, crossValidated: { value, lower, upper }, test: other }
  }
  return null
}
