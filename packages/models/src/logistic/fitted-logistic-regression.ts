import { logisticRegressionFileSchema } from '@claims/contracts'
import type { Matrix } from '@claims/frame'
import type {
  ClassifierCapabilities,
  Contributions,
  FittedClassifier,
  ModelFiles,
  SavedModel,
} from '../classifier.ts'
import { logisticFunction } from '../logistic-function.ts'
import { damaged, jsonFile, readModelFile } from '../read-model-file.ts'
import { requireCells, requireFeatures } from '../training-data.ts'
import { marginOf, type LinearModel } from './logistic-loss.ts'

const fileName = 'logistic-regression.json'

/** What logistic regression can do. */
export const logisticCapabilities: ClassifierCapabilities = Object.freeze({
  handlesMissing: false,
  needsScaling: true,
  explains: 'exact',
  contributionScale: 'log_odds',
})

/** What a fitted logistic regression is made of; the file holds the same. */
export interface LogisticState {
  readonly feature_names: readonly string[]
  /** Log-odds of the mean row. */
  readonly base_value: number
  readonly coefficients: readonly number[]
  /** Of the rows of the fit. */
  readonly means: readonly number[]
  readonly deviations: readonly number[]
  readonly iterations: number
  readonly converged: boolean
}

/** A fitted logistic regression: log-odds are `base_value + sum(coefficient_j * (x_j - mean_j))`. */
export class FittedLogisticRegression implements FittedClassifier {
  readonly kind: string = 'logistic_regression'
  readonly capabilities: ClassifierCapabilities = logisticCapabilities
  readonly featureNames: readonly string[]
  /** Steps of the search. */
  readonly rounds: number
  /** Whether the search ended by its tolerance, not by its number of iterations. */
  readonly converged: boolean
  readonly #state: LogisticState
  readonly #model: LinearModel
  #disposed = false

  constructor(state: LogisticState) {
    this.#state = state
    this.featureNames = Object.freeze([...state.feature_names])
    this.rounds = state.iterations
    this.converged = state.converged
    this.#model = {
      means: Float64Array.from(state.means),
      // JSON has no negative zero, and a loaded model answers the same bits.
      position: Float64Array.from([...state.coefficients, state.base_value], (value) => value + 0),
    }
  }

  /** Coefficients of the raw columns, in the order of `featureNames`. */
  get coefficients(): Float64Array {
    return this.#model.position.slice(0, -1)
  }

  /** Log-odds where all columns are 0: scikit-learn's `intercept_`. */
  get intercept(): number {
    return marginOf(this.#model, new Float32Array(this.featureNames.length), 0)
  }

  /** @throws ClaimsError `length_mismatch`, `missing_column`, `invalid_value` (NaN), `infinite_value` */
  predictProba(x: Matrix): Float64Array {
    this.#require(x)
    const probabilities = new Float64Array(x.rows)
    for (let i = 0; i < x.rows; i++) {
      probabilities[i] = logisticFunction(marginOf(this.#model, x.values, i * x.columns))
    }
    return probabilities
  }

  /**
   * Exact Shapley values of a linear model with independent features: `coefficient_j * (x_j - mean_j)`.
   *
   * @throws as {@link FittedLogisticRegression.predictProba}
   */
  contributions(x: Matrix): Contributions {
    this.#require(x)
    const features = x.columns
    const { means, position } = this.#model
    const values = new Float64Array(x.rows * (features + 1))
    for (let i = 0, from = 0, to = 0; i < x.rows; i++) {
      for (let j = 0; j < features; j++, from++, to++) {
        values[to] = position[j]! * (x.values[from]! - means[j]!)
      }
      values[to++] = position[features]!
    }
    return { values, rows: x.rows, features }
  }

  /** `|coefficient_j| * deviation_j`, normalised. */
  importance(): ReadonlyMap<string, number> {
    this.#requireLive()
    const sizes = this.#state.deviations.map((deviation, j) => Math.abs(this.#model.position[j]!) * deviation)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    return new Map(this.featureNames.map((name, j) => [name, total === 0 ? 0 : sizes[j]! / total]))
  }

  save(): Promise<ModelFiles> {
    return new Promise((resolve) => {
      this.#requireLive()
      resolve(new Map([[fileName, jsonFile({ format_version: 1, ...this.#state })]]))
    })
  }

  dispose(): void {
    this.#disposed = true
  }

  #require(x: Matrix): void {
    this.#requireLive()
    requireFeatures(x, this.featureNames)
    requireCells(x, false)
  }

  #requireLive(): void {
    if (this.#disposed) throw new TypeError('The logistic regression was used after dispose()')
  }
}

/**
 * Loads what {@link FittedLogisticRegression.save} wrote.
 *
 * @throws ClaimsError `damaged_bundle`
 */
export async function loadLogisticRegression(source: SavedModel): Promise<FittedLogisticRegression> {
  const { format_version: _, ...state } = await readModelFile(source, fileName, logisticRegressionFileSchema)
  const features = state.feature_names.length
  for (const field of ['coefficients', 'means', 'deviations'] as const) {
    if (state[field].length !== features) throw damaged(fileName, `${field}: must hold ${features} numbers`)
  }
  return new FittedLogisticRegression(state)
}
