/**
 * Why an {@link XGBoostError} was thrown. The list is closed:
 *
 * - `library_not_found`: no libxgboost could be loaded from the places looked at
 * - `library_unsupported`: the library is older than 1.7.5, is a 2.x, or lacks what was asked for or what a model needs
 * - `invalid_parameter`: a parameter or an option has an unknown name or a value that is not allowed
 * - `invalid_shape`: lengths, rows and columns do not agree
 * - `invalid_data`: feature values the library refuses (infinite numbers, wrong array type)
 * - `invalid_label`: a label is missing, not finite, or outside what the objective allows
 * - `invalid_weight`: a weight is negative or not finite
 * - `feature_mismatch`: the data has other features than the model
 * - `invalid_model`: bytes or a file that hold no whole, consistent model
 * - `model_unsupported`: the model is whole, but of a kind that the called function does not read
 * - `disposed`: the object was used after `dispose()`
 * - `busy`: a synchronous call on a booster whose asynchronous call is still running
 * - `install_failed`: the official library could not be fetched or placed; the message says what to do
 * - `native`: the library failed for another reason; the message is the library's own
 */
export type XGBoostErrorCode =
  | 'library_not_found'
  | 'library_unsupported'
  | 'invalid_parameter'
  | 'invalid_shape'
  | 'invalid_data'
  | 'invalid_label'
  | 'invalid_weight'
  | 'feature_mismatch'
  | 'invalid_model'
  | 'model_unsupported'
  | 'disposed'
  | 'busy'
  | 'install_failed'
  | 'native'

/**
 * The one error class of this package.
 *
 * @example
 * ```ts
 * try { booster.predict(x, { rows: 1, columns: 3 }) } catch (error) {
 *   if (error instanceof XGBoostError && error.code === 'feature_mismatch') throw error
 * }
 * ```
 */
export class XGBoostError extends Error {
  override readonly name: string = 'XGBoostError'
  readonly code: XGBoostErrorCode

  constructor(code: XGBoostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The message of what was thrown, also of an error from another realm, where `instanceof` fails. */
export const messageOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string'
    ? thrown.message
    : String(thrown)

/** What a caller gave, for a message: at most 100 characters of it. */
export const described = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100))
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    const keys = ArrayBuffer.isView(value) ? '' : Object.keys(value).slice(0, 5).join(', ').slice(0, 90)
    return `${Object.prototype.toString.call(value).slice(8, -1)}${keys === '' ? '' : ` of ${keys}`}`
  }
  return typeof value === 'function' ? 'a function' : String(value)
}
