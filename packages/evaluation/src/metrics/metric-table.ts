import type { MetricName } from '@claims/contracts'
import type { SortedScores } from '../sorted-scores.ts'
import { averagePrecisionOfSorted } from './average-precision.ts'
import { brierOfSorted } from './brier.ts'
import {
  accuracy,
  balancedAccuracy,
  f1,
  kappa,
  mcc,
  precision,
  recall,
  specificity,
} from './confusion-metrics.ts'
import type { Confusion } from './confusion.ts'
import { expectedCalibrationError } from './expected-calibration-error.ts'
import { ksOfSorted } from './ks.ts'
import { logLossOfSorted } from './log-loss.ts'
import { rocAucOfSorted } from './roc-auc.ts'

/** Labelled, scored rows as metrics read them. */
export interface JudgedRows {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  /** Probability of the positive class, length n. */
  readonly probability: Float64Array
  readonly sorted: SortedScores
  /** At the threshold; absent for metrics that need none. */
  readonly counts?: Confusion | undefined
}

/** What one pass over a resample adds up to. */
export interface ResampleSums {
  readonly positives: number
  readonly rows: number
  /** Precision at each positive, added up. */
  readonly precision: number
  readonly logLoss: number
  readonly squaredError: number
  /** Largest distance between the classes' distributions. */
  readonly distance: number
  readonly counts: Confusion
}

/** How the interval of a metric is made. */
export type MetricInterval =
  /** DeLong's, or that between groups; `of` maps the AUC to the metric. */
  | { readonly kind: 'auc'; readonly of: (auc: number) => number }
  /** Wilson's, of the rows that pass a question among those that it is asked of. */
  | {
      readonly kind: 'share'
      readonly question: (actual: boolean, flagged: boolean) => readonly [success: boolean, trial: boolean]
    }
  /** Percentiles of resamples; `centred` shifts them by twice the bootstrap's estimate of the bias. */
  | { readonly kind: 'bootstrap'; readonly of: (sums: ResampleSums) => number; readonly centred?: true }
  /** See `calibrationErrorInterval`. */
  | { readonly kind: 'calibration_error' }

/** Everything that the product knows of a metric. */
export interface MetricDeclaration {
  /** For a reader. */
  readonly title: string
  /** What it says, for a reader. */
  readonly meaning: string
  readonly better: 'higher' | 'lower'
  /** Whether it is of scores, or of decisions at a threshold. */
  readonly about: 'scores' | 'decisions'
  /** Least and largest value. */
  readonly range: readonly [number, number]
  readonly of: (rows: JudgedRows) => number
  readonly interval: MetricInterval
}

/**
 * Every metric, declared once: what it is called, which values are better, how it and its interval are computed. A
 * metric that is added to `metricNames` of `@claims/contracts` does not compile until it stands here.
 */
export const metricTable: Readonly<Record<MetricName, MetricDeclaration>> = {
  roc_auc: {
    title: 'ROC AUC',
    meaning: 'Chance that a positive scores above a negative; 0.5 is a coin',
    better: 'higher',
    about: 'scores',
    range: [0, 1],
    of: ({ sorted }) => rocAucOfSorted(sorted),
    interval: { kind: 'auc', of: (auc) => auc },
  },
  average_precision: {
    title: 'Average precision',
    meaning: 'Mean precision over recall; chance is the share of positives',
    better: 'higher',
    about: 'scores',
    range: [0, 1],
    of: ({ sorted }) => averagePrecisionOfSorted(sorted),
    interval: { kind: 'bootstrap', of: (sums) => sums.precision / sums.positives },
  },
  log_loss: {
    title: 'Log loss',
    meaning: 'Surprise at the outcomes; lower is better',
    better: 'lower',
    about: 'scores',
    range: [0, Infinity],
    of: ({ sorted }) => logLossOfSorted(sorted),
    interval: { kind: 'bootstrap', of: (sums) => sums.logLoss / sums.rows },
  },
  brier: {
    title: 'Brier score',
    meaning: 'Mean squared error of the probability; lower is better',
    better: 'lower',
    about: 'scores',
    range: [0, 1],
    of: ({ sorted }) => brierOfSorted(sorted),
    interval: { kind: 'bootstrap', of: (sums) => sums.squaredError / sums.rows },
  },
  expected_calibration_error: {
    title: 'Calibration error',
    meaning: 'Mean gap between stated and seen probability; lower is better',
    better: 'lower',
    about: 'scores',
    range: [0, 1],
    of: ({ target, probability }) => expectedCalibrationError(target, probability),
    interval: { kind: 'calibration_error' },
  },
  ks: {
    title: 'KS distance',
    meaning: 'Largest gap between the score distributions of the classes',
    better: 'higher',
    about: 'scores',
    range: [0, 1],
    of: ({ sorted }) => ksOfSorted(sorted),
    interval: { kind: 'bootstrap', of: (sums) => sums.distance, centred: true },
  },
  gini: {
    title: 'Gini',
    meaning: '2 × AUC − 1; 0 is a coin',
    better: 'higher',
    about: 'scores',
    range: [-1, 1],
    of: ({ sorted }) => 2 * rocAucOfSorted(sorted) - 1,
    interval: { kind: 'auc', of: (auc) => 2 * auc - 1 },
  },
  accuracy: {
    title: 'Accuracy',
    meaning: 'Share of claims judged right at the threshold',
    better: 'higher',
    about: 'decisions',
    range: [0, 1],
    of: (rows) => accuracy(countsOf(rows)),
    interval: { kind: 'share', question: (actual, flagged) => [actual === flagged, true] },
  },
  balanced_accuracy: {
    title: 'Balanced accuracy',
    meaning: 'Mean of recall and specificity; 0.5 is a coin',
    better: 'higher',
    about: 'decisions',
    range: [0, 1],
    of: (rows) => balancedAccuracy(countsOf(rows)),
    interval: { kind: 'bootstrap', of: ({ counts }) => balancedAccuracy(counts) },
  },
  precision: {
    title: 'Precision',
    meaning: 'Share of flagged claims that are positive',
    better: 'higher',
    about: 'decisions',
    range: [0, 1],
    of: (rows) => precision(countsOf(rows)),
    interval: { kind: 'share', question: (actual, flagged) => [actual, flagged] },
  },
  recall: {
    title: 'Recall',
    meaning: 'Share of positives that are flagged',
    better: 'higher',
    about: 'decisions',
    range: [0, 1],
    of: (rows) => recall(countsOf(rows)),
    interval: { kind: 'share', question: (actual, flagged) => [flagged, actual] },
  },
  specificity: {
    title: 'Specificity',
    meaning: 'Share of negatives that are left alone',
    better: 'higher',
    about: 'decisions',
    range: [0, 1],
    of: (rows) => specificity(countsOf(rows)),
    interval: { kind: 'share', question: (actual, flagged) => [!flagged, !actual] },
  },
  f1: {
    title: 'F1',
    meaning: 'Harmonic mean of precision and recall',
    better: 'higher',
    about: 'decisions',
    range: [0, 1],
    of: (rows) => f1(countsOf(rows)),
    interval: { kind: 'bootstrap', of: ({ counts }) => f1(counts) },
  },
  mcc: {
    title: 'Matthews correlation',
    meaning: 'Correlation of prediction and outcome; 0 is chance',
    better: 'higher',
    about: 'decisions',
    range: [-1, 1],
    of: (rows) => mcc(countsOf(rows)),
    interval: { kind: 'bootstrap', of: ({ counts }) => mcc(counts) },
  },
  kappa: {
    title: 'Cohen’s kappa',
    meaning: 'Agreement beyond chance; 0 is chance',
    better: 'higher',
    about: 'decisions',
    range: [-1, 1],
    of: (rows) => kappa(countsOf(rows)),
    interval: { kind: 'bootstrap', of: ({ counts }) => kappa(counts) },
  },
}

function countsOf({ counts }: JudgedRows): Confusion {
  if (counts === undefined) throw new TypeError('A metric at a threshold needs the counts at it')
  return counts
}
