import { IdleTimeout } from './exchange.ts'
import { MlflowError, type MlflowErrorCode, type MlflowErrorDetails } from '../errors.ts'
import { parseJson } from './parse-json.ts'

/** MLflow's error codes that have a code here; the others are told by the status. */
const codes: Readonly<Record<string, MlflowErrorCode>> = Object.freeze({
  RESOURCE_DOES_NOT_EXIST: 'not_found',
  NOT_FOUND: 'not_found',
  RESOURCE_ALREADY_EXISTS: 'already_exists',
  ALREADY_EXISTS: 'already_exists',
  INVALID_PARAMETER_VALUE: 'invalid_argument',
  BAD_REQUEST: 'invalid_argument',
  MALFORMED_REQUEST: 'invalid_argument',
  INVALID_STATE: 'conflict',
  RESOURCE_CONFLICT: 'conflict',
  ABORTED: 'conflict',
  PERMISSION_DENIED: 'forbidden',
  UNAUTHENTICATED: 'unauthenticated',
  CUSTOMER_UNAUTHORIZED: 'unauthenticated',
  REQUEST_LIMIT_EXCEEDED: 'rate_limited',
  RESOURCE_LIMIT_EXCEEDED: 'rate_limited',
})
const statuses: Readonly<Record<number, MlflowErrorCode>> = Object.freeze({
  400: 'invalid_argument',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
})
const retryableStatuses = new Set([408, 425, 429, 500, 502, 503, 504])
const excerptLength = 200

/** Whether the same call may succeed later. */
const isRetryableStatus = (status: number): boolean => retryableStatuses.has(status)

/**
 * The error of an answer that is not 2xx.
 *
 * @param text its body
 * @param details endpoint, status, request id
 */
export function answerFailure(
  text: string,
  details: MlflowErrorDetails & { readonly status: number },
): MlflowError {
  const { endpoint = '', status } = details
  const told = mlflowError(text)
  const code = (told && codeOfAnswer(told)) ?? statuses[status] ?? 'server_error'
  const retryable = isRetryableStatus(status)
  if (told)
    return new MlflowError(code, `${endpoint}: ${told.message || told.errorCode}`, {
      ...details,
      errorCode: told.errorCode,
      retryable,
    })
  return new MlflowError(code, `${endpoint}: the server answered ${status}: ${excerpt(text)}`, {
    ...details,
    retryable,
  })
}

/** MLflow tells a param that has another value already as a wrong argument. */
function codeOfAnswer(told: {
  readonly errorCode: string
  readonly message: string
}): MlflowErrorCode | undefined {
  return told.message.startsWith('Changing param values is not allowed') ? 'conflict' : codes[told.errorCode]
}

/** MLflow's own error in a body, if that is what it holds. */
export function mlflowError(
  text: string,
): { readonly errorCode: string; readonly message: string } | undefined {
  let body: unknown
  try {
    body = parseJson(text)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null || !('error_code' in body)) return undefined
  const { error_code: errorCode } = body
  const message = 'message' in body ? String(body.message) : ''
  return typeof errorCode === 'string' || typeof errorCode === 'number'
    ? { errorCode: String(errorCode), message }
    : undefined
}

/** The error of an exchange that got no answer. */
export function connectionFailure(cause: unknown, endpoint: string, signal?: AbortSignal): MlflowError {
  if (cause instanceof MlflowError) return cause
  if (signal?.aborted === true)
    return new MlflowError('aborted', `${endpoint}: the call was aborted`, { endpoint, cause: signal.reason })
  if (cause instanceof IdleTimeout || codeOf(cause) === 'ETIMEDOUT')
    return new MlflowError('timed_out', `${endpoint}: the server did not answer in time`, {
      endpoint,
      retryable: true,
      cause,
    })
  const reason = codeOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))
  return new MlflowError('connection_failed', `${endpoint}: the connection failed: ${reason}`, {
    endpoint,
    retryable: true,
    cause,
  })
}

/** Whether a failed exchange certainly did not reach the server. */
export function neverReached(cause: unknown): boolean {
  const code = codeOf(cause)
  return (
    code !== undefined &&
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)
  )
}

/** The beginning of a body, on one line, for a message. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line === '') return 'nothing'
  return JSON.stringify(line.length > excerptLength ? `${line.slice(0, excerptLength)}...` : line)
}

/** The code of an error of Node, such as `ECONNRESET`. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried: each has its error.
  return 'errors' in error && Array.isArray(error.errors) ? codeOf(error.errors[0]) : undefined
}
