import type { Matrix } from '@claims/frame'
import type { z } from 'zod'

/** What a kind of model can do, as data. */
export interface ClassifierCapabilities {
  /** Reads NaN as missing. Where false, the pipeline imputes before it. */
  readonly handlesMissing: boolean
  /** Wants columns on one scale. Where true, the pipeline scales before it. */
  readonly needsScaling: boolean
  /** `contributions` are exact Shapley values on the margin scale. */
  readonly exactContributions: boolean
  /** Can go on from a fitted model. */
  readonly incremental: boolean
}

/** Labelled rows. */
export interface LabelledMatrix {
  readonly x: Matrix
  /** 0 or 1, length x.rows. */
  readonly y: Uint8Array
  /** Positive, length x.rows; absent means all 1. */
  readonly weights?: Float64Array
}

/** How to fit. */
export interface FitOptions {
  readonly weights?: Float64Array
  /** Rows for early stopping only; never the rows that a score is reported on. */
  readonly validation?: LabelledMatrix
  /** Number of boosting rounds in place of the parameter, as found by earlier early stopping, which is then off. */
  readonly rounds?: number
  readonly seed: number
  /** Threads for native code. */
  readonly threads: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
  /** Told after each round what the model watches on the validation rows; `round` is 0-based. */
  readonly onMetric?: (metric: {
    readonly name: string
    readonly value: number
    readonly round: number
  }) => void
}

/** Shapley values: row i's value of feature j is at `i * (features + 1) + j`, its base value at the last place. */
export interface Contributions {
  readonly values: Float64Array
  readonly rows: number
  readonly features: number
}

/** A model before fitting: it holds parameters only. */
export interface Classifier {
  readonly kind: string
  readonly capabilities: ClassifierCapabilities
  /** Whether `fit` uses `validation` for early stopping with these parameters. */
  readonly usesValidation: boolean
  /**
   * Fits without blocking the event loop for long; deterministic for the same data, seed and threads.
   *
   * @throws ClaimsError `aborted`, `empty_data`, `no_features`, `label_invalid`, `label_single_class`, `length_mismatch`,
   *   `invalid_value` (NaN where not `handlesMissing`, weights not above 0), `infinite_value`, `native_failure`,
   *   `library_unavailable`
   */
  fit(x: Matrix, y: Uint8Array, options: FitOptions): Promise<FittedClassifier>
}

/** A model that has learnt. Its methods treat every row alone: the same row gives the same bits in any batch. */
export interface FittedClassifier {
  readonly kind: string
  readonly capabilities: ClassifierCapabilities
  readonly featureNames: readonly string[]
  /** Rounds or iterations that the fitted model uses. */
  readonly rounds: number
  /**
   * Probability of the positive class per row, uncalibrated.
   *
   * @throws ClaimsError `length_mismatch` when the number of columns differs, `missing_column` when a name does,
   *   `infinite_value`, and `invalid_value` for NaN where not `handlesMissing`
   */
  predictProba(x: Matrix): Float64Array
  /** Contributions on the log-odds scale; each row's values sum to its log-odds. @throws as predictProba */
  contributions(x: Matrix): Contributions
  /** Importance per feature, non-negative, summing to 1 (or all 0 when nothing was learnt). */
  importance(): ReadonlyMap<string, number>
  /** Writes the model into an existing directory and returns the file names. */
  save(directory: string): Promise<readonly string[]>
  /** Frees native memory; later calls throw a `TypeError`, a second `dispose` does nothing. */
  dispose(): void
}

/** A kind of model: how it is made from parameters and loaded. Kinds are listed in a table. */
export interface ClassifierDefinition {
  readonly kind: string
  readonly capabilities: ClassifierCapabilities
  readonly parameters: z.ZodType
  /** @throws ClaimsError `invalid_blueprint` when the parameters do not fit */
  create(parameters: unknown): Classifier
  /** Loads what `save` wrote. @throws ClaimsError `damaged_bundle` */
  load(directory: string): Promise<FittedClassifier>
}
