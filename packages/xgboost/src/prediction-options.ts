import { XGBoostError } from './errors.ts'
import { cString } from './native/native-memory.ts'

/** Which rows to predict and with what of the model. */
export interface PredictOptions {
  /** The number of rows of a row-major array. */
  readonly rows?: number
  /** The number of columns, which must be the model's number of features; a matrix and columns know their own. */
  readonly columns?: number
  /** The value that means missing, beside NaN. Default NaN. */
  readonly missing?: number
  /** The names of the columns, to be checked against the model's. */
  readonly featureNames?: readonly string[]
  /** Predict with the rounds `begin` to `end` (not included) only; an `end` of 0 is the last round. Default all. */
  readonly iterationRange?: readonly [begin: number, end: number]
  /** Length at least what is predicted: filled and answered (its beginning) in place of a new array. */
  readonly out?: Float32Array
}

/** {@link PredictOptions} of a value prediction. */
export interface PredictValueOptions extends PredictOptions {
  /** Answer the margin (log-odds for logistic objectives) and not the transformed value. Default false. */
  readonly outputMargin?: boolean
  /** The margin to begin from in place of `baseScore`: rows, or rows x outputs. Not for a matrix, which has its own. */
  readonly baseMargin?: Float32Array
}

/** {@link PredictOptions} of contributions and interactions. */
export interface PredictContributionOptions extends PredictOptions {
  /** Saabas' approximation in place of exact Shapley values. Default false. */
  readonly approximate?: boolean
}

/** Asks for the values together with their shape. */
export interface StrictShape {
  readonly strictShape: true
}

/** A flat row-major array with its shape, the same number of dimensions whatever the model. */
export interface ShapedArray<TValues extends Float32Array | Int32Array = Float32Array> {
  readonly values: TValues
  readonly shape: readonly number[]
}

/** What to predict. */
export type PredictionKind =
  | 'value'
  | 'margin'
  | 'contributions'
  | 'approximateContributions'
  | 'interactions'
  | 'approximateInteractions'
  | 'leaf'

/** The number that the library gives each kind. */
const TYPES: Readonly<Record<PredictionKind, number>> = Object.freeze({
  value: 0,
  margin: 1,
  contributions: 2,
  approximateContributions: 3,
  interactions: 4,
  approximateInteractions: 5,
  leaf: 6,
})

/**
 * The configuration of a prediction; strict, so that the number of dimensions is always the same. Not for leaves: the
 * library counts a tree whose leaves hold several values once for each of them, and refuses its own answer.
 */
export const predictionConfig = (
  kind: PredictionKind,
  { missing = Number.NaN, iterationRange: [begin, end] = [0, 0] }: PredictOptions = {},
): Uint8Array =>
  cString(
    `{"type":${TYPES[kind]},"training":false,"iteration_begin":${begin},"iteration_end":${end},"strict_shape":${kind !== 'leaf'},"cache_id":0,"missing":${missing}}`,
  )

/** Requires a range of rounds that the model has. */
export function requireIterationRange([begin, end]: readonly [number, number], rounds: number): void {
  const last = end === 0 ? rounds : end
  if (!(Number.isInteger(begin) && Number.isInteger(last) && begin >= 0 && begin < last && last <= rounds))
    throw new XGBoostError(
      'invalid_parameter',
      `iterationRange needs 0 <= begin < end <= ${rounds}, the model's rounds; got ${begin} and ${end}`,
    )
}
