import type { Evaluation, TestEvaluation } from '@claims/contracts'

/**
 * An evaluation as metrics of MLflow: `test.roc_auc`, its interval as `test.roc_auc.lower` and `.upper`, the same for
 * `out_of_time`, `external_test` and each candidate's `cross_validation`, the policy's costs where they are given, and seconds of the stages.
 *
 * @param evaluation of a training
 * @returns values by name; what an evaluation does not have is absent
 */
export function evaluationMetrics(evaluation: Evaluation): Record<string, number> {
  const { cost, threshold, candidates, timings_seconds, best_possible } = evaluation
  const metrics: Record<string, number> = {
    threshold: threshold.value,
    ...(cost !== null && {
      'cost.total': cost.total,
      'cost.per_claim': cost.per_claim,
      'cost.baseline_total': cost.baseline_total,
      'cost.saved': cost.saved,
      ...(cost.intervals === null
        ? {}
        : { 'cost.saved_lower': cost.intervals.saved.lower, 'cost.saved_upper': cost.intervals.saved.upper }),
      'cost.automation_rate': cost.automation_rate,
      'cost.auto_approved_positives': cost.auto_approved_positives,
    }),
    ...tested('test', evaluation.test),
    ...tested('out_of_time', evaluation.out_of_time),
    ...tested('external_test', evaluation.external_test),
  }
  for (const { name, cross_validation, fit_seconds } of candidates) {
    Object.assign(metrics, withIntervals(`${name}.cross_validation`, cross_validation.metrics))
    metrics[`${name}.fit_seconds`] = fit_seconds
  }
  if (best_possible) metrics['best_possible.roc_auc'] = best_possible.roc_auc
  for (const [stage, seconds] of Object.entries(timings_seconds)) metrics[`seconds.${stage}`] = seconds
  return metrics
}

function tested(prefix: string, evaluation: TestEvaluation | null): Record<string, number> {
  if (evaluation === null) return {}
  const { rows, positives, metrics, confusion } = evaluation
  return {
    [`${prefix}.rows`]: rows,
    [`${prefix}.positives`]: positives,
    ...withIntervals(prefix, metrics),
    ...Object.fromEntries(Object.entries(confusion).map(([key, value]) => [`${prefix}.${key}`, value])),
  }
}

function withIntervals(
  prefix: string,
  metrics: Readonly<Record<string, { value: number; lower: number; upper: number } | undefined>>,
): Record<string, number> {
  const entries = Object.entries(metrics).flatMap(([name, metric]): [string, number][] =>
    metric === undefined
      ? []
      : [
          [`${prefix}.${name}`, metric.value],
          [`${prefix}.${name}.lower`, metric.lower],
          [`${prefix}.${name}.upper`, metric.upper],
        ],
  )
  return Object.fromEntries(entries)
}
