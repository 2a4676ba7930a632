import { metricNames, type Metric, type MetricName, type TestEvaluation } from '@claims/contracts'
import { bootstrapMetrics, bootstrappedMetrics, defaultResamples } from './intervals/bootstrap.ts'
import { delongInterval } from './intervals/delong.ts'
import { wilsonInterval, type Interval } from './intervals/wilson.ts'
import { averagePrecisionOfSorted } from './metrics/average-precision.ts'
import { brier } from './metrics/brier.ts'
import {
  accuracy,
  balancedAccuracy,
  f1,
  kappa,
  mcc,
  precision,
  recall,
  specificity,
} from './metrics/confusion-metrics.ts'
import { confusion } from './metrics/confusion.ts'
import { expectedCalibrationError } from './metrics/expected-calibration-error.ts'
import { ksOfSorted } from './metrics/ks.ts'
import { logLoss } from './metrics/log-loss.ts'
import { rocAucOfSorted } from './metrics/roc-auc.ts'
import { quantileOfSorted } from './quantile.ts'
import { requireBothClasses, sortScores } from './sorted-scores.ts'

/** Labelled, scored rows and how to judge them. */
export interface EvaluateProbabilitiesInput {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  /** Calibrated probability of the positive class, length n. */
  readonly probability: Float64Array
  /** A row at or above it is predicted positive. */
  readonly threshold: number
  readonly seed: number
  /** Confidence of the intervals; 0.95 where absent. */
  readonly level?: number
  /** Bootstrap resamples; see `defaultResamples`. */
  readonly resamples?: number
}

/**
 * Every metric of a set of rows with its interval: DeLong on the logit scale for AUC and Gini, Wilson for the
 * proportions, a stratified percentile bootstrap for the rest. KS and the calibration error are biased upward in
 * resamples, so their interval is shifted back by the bootstrap's estimate of that bias.
 *
 * @returns the shape of `test` in `evaluation.json`; `intervals.method` states how each interval was made
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * const test = evaluateProbabilities({ target, probability, threshold: 0.31, seed: 42 })
 * test.metrics.roc_auc // { value: 0.85, lower: 0.79, upper: 0.9 }
 */
export function evaluateProbabilities({
  target,
  probability,
  threshold,
  seed,
  level = 0.95,
  resamples,
}: EvaluateProbabilitiesInput): TestEvaluation {
  const sorted = sortScores(target, probability)
  requireBothClasses(sorted)
  const counts = confusion(target, probability, threshold)
  const auc = rocAucOfSorted(sorted)
  const values: Record<MetricName, number> = {
    roc_auc: auc,
    average_precision: averagePrecisionOfSorted(sorted),
    log_loss: logLoss(target, probability),
    brier: brier(target, probability),
    expected_calibration_error: expectedCalibrationError(target, probability),
    ks: ksOfSorted(sorted),
    gini: 2 * auc - 1,
    accuracy: accuracy(counts),
    balanced_accuracy: balancedAccuracy(counts),
    precision: precision(counts),
    recall: recall(counts),
    specificity: specificity(counts),
    f1: f1(counts),
    mcc: mcc(counts),
    kappa: kappa(counts),
  }
  const ofAuc = delongInterval(sorted, auc, level)
  const { tn, fp, fn, tp } = counts
  const intervals: Partial<Record<MetricName, Interval>> = {
    roc_auc: ofAuc,
    gini: { lower: 2 * ofAuc.lower - 1, upper: 2 * ofAuc.upper - 1 },
    accuracy: wilsonInterval(tn + tp, sorted.rows, level),
    precision: wilsonInterval(tp, tp + fp, level),
    recall: wilsonInterval(tp, tp + fn, level),
    specificity: wilsonInterval(tn, tn + fp, level),
  }
  const count = resamples ?? defaultResamples(sorted.rows)
  const drawn = bootstrapMetrics(sorted, { threshold, seed, resamples: count })
  for (const name of bootstrappedMetrics) {
    const centred = name === 'ks' || name === 'expected_calibration_error'
    intervals[name] = percentileInterval(drawn[name], { value: values[name], level, centred })
  }
  return {
    rows: sorted.rows,
    positives: sorted.positives,
    metrics: Object.fromEntries(
      metricNames.map((name) => [name, metricOf(values[name], intervals[name]!)]),
    ) as Record<MetricName, Metric>,
    confusion: counts,
    intervals: { method: methodText(count, seed), level },
  }
}

function percentileInterval(
  drawn: Float64Array,
  { value, level, centred }: { value: number; level: number; centred: boolean },
): Interval {
  const sorted = Float64Array.from(drawn).sort()
  const bias = centred ? sorted.reduce((sum, x) => sum + x, 0) / sorted.length - value : 0
  return {
    lower: Math.min(
      value,
      Math.max(centred ? 0 : -Infinity, quantileOfSorted(sorted, (1 - level) / 2) - bias),
    ),
    upper: Math.max(
      value,
      Math.min(centred ? 1 : Infinity, quantileOfSorted(sorted, (1 + level) / 2) - bias),
    ),
  }
}

function metricOf(value: number, { lower, upper }: Interval): Metric {
  return { value, lower, upper }
}

function methodText(resamples: number, seed: number): string {
  return [
    'roc_auc, gini: DeLong on the logit scale (Wilson with the smaller class as trials where the AUC is 0 or 1)',
    'accuracy, precision, recall, specificity: Wilson',
    `others: stratified bootstrap percentile, ${String(resamples)} resamples, seed ${String(seed)}, widened to hold the value; ks and expected_calibration_error shifted by the bootstrap estimate of their bias`,
  ].join('; ')
}
