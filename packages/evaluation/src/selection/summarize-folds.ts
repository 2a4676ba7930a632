import { ClaimsError, type CandidateEvaluation, type Metric, type MetricName } from '@claims/contracts'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { metricTable } from '../metrics/metric-table.ts'

/** How folds were made and which metric they measured. */
export interface SummarizeFoldsOptions {
  /** Share of the rows in each fold's test part: 1 / k for k-fold cross-validation. */
  readonly testShare: number
  /** Holds the interval within the metric's range. */
  readonly metric?: MetricName
  /** Confidence; 0.95 where absent. */
  readonly level?: number
}

/** The mean over folds with its interval and how that was made. */
export interface FoldSummary extends Metric {
  readonly folds: number[]
  /** Standard error of the mean with the correction. */
  readonly standard_error: number
  readonly intervals: CandidateEvaluation['cross_validation']['intervals']
}

/**
 * Mean of a metric over cross-validation folds. Training parts of folds overlap, so the plain standard error is too
 * small; Nadeau & Bengio (2003) replace `s^2 / k` by `s^2 * (1 / k + n_test / n_train)`, with Student's t on k - 1
 * degrees of freedom.
 *
 * @param values one per fold, at least two, finite
 * @throws ClaimsError `invalid_parameter` for fewer than two folds, `invalid_value` for a value that is not finite
 * @example
 * summarizeFolds([0.84, 0.86, 0.85, 0.83, 0.87], { testShare: 0.2, metric: 'roc_auc' })
 * // { value: 0.85, lower: 0.820..., upper: 0.879..., ... }
 */
export function summarizeFolds(
  values: readonly number[],
  { testShare, metric, level = 0.95 }: SummarizeFoldsOptions,
): FoldSummary {
  const { mean, standardError } = correctedMean(values, testShare)
  const half = tQuantile((1 + level) / 2, values.length - 1) * standardError
  const [least, most] = metric === undefined ? [-Infinity, Infinity] : metricTable[metric].range
  return {
    value: mean,
    lower: Math.max(least, mean - half),
    upper: Math.min(most, mean + half),
    folds: [...values],
    standard_error: standardError,
    intervals: { method: 'mean of folds, Nadeau-Bengio corrected t', level },
  }
}

/**
 * Mean of fold values and its corrected standard error.
 *
 * @throws ClaimsError `invalid_parameter`, `invalid_value`
 */
export function correctedMean(
  values: readonly number[],
  testShare: number,
): { mean: number; standardError: number } {
  const k = values.length
  if (k < 2) {
    throw new ClaimsError(
      'invalid_parameter',
      `An interval over folds needs two of them; there is ${String(k)}`,
      {
        problems: [{ field: 'values', problem: `has ${String(k)} folds`, allowed: '2 or more' }],
      },
    )
  }
  if (!(testShare > 0 && testShare < 1)) {
    throw new ClaimsError('invalid_parameter', `testShare is ${String(testShare)}`, {
      problems: [{ field: 'testShare', problem: `is ${String(testShare)}`, allowed: 'above 0 and below 1' }],
    })
  }
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw new ClaimsError('invalid_value', `The metric of fold ${String(bad)} is ${String(values[bad])}`)
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / k
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1)
  return { mean, standardError: Math.sqrt(variance * (1 / k + testShare / (1 - testShare))) }
}
