import type { Matrix } from '@claims/frame'
import type { z } from 'zod'

/** What a kind of model can do, as data. */
export interface ClassifierCapabilities {
  /** Reads NaN as missing. Where false, the pipeline imputes before it. */
  readonly handlesMissing: boolean
  /** Wants columns on one scale. Where true, the pipeline scales before it. */
  readonly needsScaling: boolean
  /**
   * What `contributions` are: Shapley values to the last bit of the arithmetic, estimates of them, or nothing, in which
   * case a fitted model has no `contributions`.
   */
  readonly explains: 'exact' | 'approximate' | 'none'
  /** What a row's contributions sum to; null where the kind explains nothing. */
  readonly contributionScale: ContributionScale | null
}

/** What contributions of a row sum to: the log-odds or the probability of the model, uncalibrated. */
export type ContributionScale = 'log_odds' | 'probability'

/** Labelled rows. */
export interface LabelledMatrix {
  readonly x: Matrix
  /** 0 or 1, length x.rows. */
  readonly y: Uint8Array
  /** Positive, length x.rows; absent means all 1. */
  readonly weights?: Float64Array | undefined
}

/** How to fit. */
export interface FitOptions {
  readonly weights?: Float64Array | undefined
  /** Rows for early stopping only; never the rows that a score is reported on. */
  readonly validation?: LabelledMatrix | undefined
  /** Number of boosting rounds, as found by earlier early stopping, which is then off; at most those of the parameters. */
  readonly rounds?: number | undefined
  readonly seed: number
  /** Threads for native code. */
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  /** Told after each round what the model watches on the validation rows; `round` is 0-based. */
  readonly onMetric?:
    ((metric: { readonly name: string; readonly value: number; readonly round: number }) => void) | undefined
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

/** Files of a saved model by name: JSON, or bytes that its library reads. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>

/** Where a saved model is loaded from. */
export interface SavedModel {
  /** Content of a file by the name that `save` gave it; rejects where there is none. */
  readonly read: (name: string) => Promise<Uint8Array>
  /** Threads that one prediction of many rows may use. Default 1; the answer has the same bits with any number. */
  readonly threads?: number | undefined
}

/** How a fitted model is handed to other tools, which then answer its uncalibrated probability. */
export interface PortableModel {
  /** Name of the form among tools that load models, such as a flavour of MLflow. */
  readonly flavour: string
  /** File of {@link FittedClassifier.save} that holds the model in that form. */
  readonly file: string
  /** Name of the file's format. */
  readonly format: string
  /** Version of the library that wrote it. */
  readonly version: string
  /** Names of the inputs as the other tools take them, in the order of `featureNames`. */
  readonly inputs: readonly string[]
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
  /**
   * What each feature adds to a row's score. Each row's values sum to what `capabilities.contributionScale` says; absent
   * exactly where `capabilities.explains` is `none`.
   *
   * @throws as predictProba
   */
  contributions?(x: Matrix): Contributions
  /** Importance per feature, non-negative, summing to 1 (or all 0 when nothing was learnt). */
  importance(): ReadonlyMap<string, number>
  /** The model as files, the same bytes for the same model. */
  save(): Promise<ModelFiles>
  /** How other tools load one of the saved files; absent where none does. */
  portable?(): PortableModel
  /** Frees native memory; later calls throw a `TypeError`, a second `dispose` does nothing. */
  dispose(): void
}

/** A kind of model: how it is made from parameters and loaded. */
export interface ClassifierDefinition {
  readonly kind: string
  /** Order from simple (low) to complex: of candidates within noise of each other the simplest is selected. */
  readonly complexity: number
  readonly capabilities: ClassifierCapabilities
  readonly parameters: z.ZodType
  /** @throws ClaimsError `invalid_blueprint` when the parameters do not fit */
  create(parameters: unknown): Classifier
  /** Loads what `save` made. @throws ClaimsError `damaged_bundle`, `unsupported_format_version`, `library_unavailable` */
  load(source: SavedModel): Promise<FittedClassifier>
  /** Versions by name of the libraries that fit and predict. @throws ClaimsError `library_unavailable` */
  libraries(): Promise<Readonly<Record<string, string>>>
}

/** The kinds of model that blueprints and bundles can name. */
export type ModelCatalog = readonly ClassifierDefinition[]
