/**
 * What went wrong, as far as this client can tell. Server answers keep MLflow's own `error_code` beside it.
 * `server_error` is an answer with an MLflow error that has no code of its own here.
 */
export type MlflowErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'already_exists'
  | 'conflict'
  | 'unauthenticated'
  | 'forbidden'
  | 'rate_limited'
  | 'server_error'
  | 'unsupported_by_server'
  | 'connection_failed'
  | 'timed_out'
  | 'aborted'
  | 'not_mlflow'
  | 'invalid_response'
  | 'response_too_large'
  | 'redirect_refused'
  | 'corrupted'
  | 'unsafe_path'
  | 'invalid_model_folder'
  | 'spool_damaged'

/** Where an {@link MlflowError} comes from. */
export interface MlflowErrorDetails {
  /** Name of the endpoint, such as `runs.create`, or of the operation, such as `artifacts.download`. */
  readonly endpoint?: string | undefined
  /** HTTP status of the answer. */
  readonly status?: number | undefined
  /** MLflow's `error_code`, such as `RESOURCE_DOES_NOT_EXIST`. */
  readonly errorCode?: string | undefined
  /** `x-request-id` of the answer, else of the request. */
  readonly requestId?: string | undefined
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean | undefined
  /** The argument, field or path at fault, such as `params[3].value`. */
  readonly field?: string | undefined
  readonly cause?: unknown
}

/**
 * The one error of this package. Messages name the place, what is wrong and what is allowed; they never hold
 * passwords, tokens, header values or the query of a presigned address.
 *
 * @example
 * try { await mlflow.runs.get({ runId }) } catch (error) {
 *   if (error instanceof MlflowError && error.code === 'not_found') return undefined
 *   throw error
 * }
 */
export class MlflowError extends Error {
  override readonly name = 'MlflowError'
  readonly code: MlflowErrorCode
  readonly endpoint: string | undefined
  readonly status: number | undefined
  readonly errorCode: string | undefined
  readonly requestId: string | undefined
  readonly retryable: boolean
  readonly field: string | undefined

  constructor(code: MlflowErrorCode, message: string, details: MlflowErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.endpoint = details.endpoint
    this.status = details.status
    this.errorCode = details.errorCode
    this.requestId = details.requestId
    this.retryable = details.retryable ?? false
    this.field = details.field
  }
}
