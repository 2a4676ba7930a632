import { ClaimsError } from '@claims/contracts'
import { systemCode } from '@claims/contracts/files'

/** What the same request may get over, seen on its way or while its answer is read. */
const passing = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE', 'TimeoutError', 'RequestTimeout', 'SlowDown'],
  ...[
    'ServiceUnavailable',
    'InternalError',
    'Throttling',
    'RequestLimitExceeded',
    'TooManyRequestsException',
  ],
  ...['BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody', 'OperationAborted'],
  ...['ConditionalRequestConflict'],
])

/** What stays until somebody changes the configuration, and what would be right. */
const lasting: Readonly<Record<string, string>> = {
  NoSuchBucket: 'a bucket that exists',
  PermanentRedirect: 'the region that the bucket is in',
  AuthorizationHeaderMalformed: 'the region that the bucket is in',
  IllegalLocationConstraintException: 'the region that the bucket is in',
  InvalidAccessKeyId: 'credentials that the server knows',
  SignatureDoesNotMatch: 'the secret of the access key',
  ExpiredToken: 'credentials that have not expired',
  CredentialsProviderError: 'credentials in the environment, the AWS configuration or the machine’s role',
  AccessDenied: 'leave to get, put, list and, for a removal, delete objects and parts below the prefix',
  Forbidden: 'leave to get, put, list and, for a removal, delete objects and parts below the prefix',
  'KMS.NotFoundException': 'a key that exists',
  'KMS.DisabledException': 'a key that is enabled',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificateFile with the authority of the server’s certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificateFile with the authority of the server’s certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificateFile with the authority of the server’s certificate',
  CERT_HAS_EXPIRED: 'a server whose certificate is valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'a server whose certificate names it',
}

/** An answer without a body, such as one to HEAD, has a status alone. */
const nameOfStatus: Readonly<Record<number, string>> = { 301: 'PermanentRedirect', 403: 'AccessDenied' }

/** Name of an error: that of the protocol, or the system's code. */
export function failureName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const code = systemCode(error)
  if (Object.hasOwn(lasting, code) || passing.has(code)) return code
  return 'name' in error ? String(error.name) : code
}

/** Whether the same request may succeed later: the connection, or an answer that says so. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error)
  return passing.has(failureName(error)) || status === 429 || (status !== null && status >= 500)
}

/**
 * What a failure of the server means to who called.
 *
 * @param error what the client threw
 * @param place address of the store, for people
 * @returns `artifacts_unavailable`, `invalid_configuration`, or the error as it is
 */
export function storeFailure(error: unknown, place: string): unknown {
  if (error instanceof ClaimsError) return error
  const named = failureName(error)
  const name = Object.hasOwn(lasting, named) ? named : (nameOfStatus[statusOf(error) ?? 0] ?? named)
  const allowed = Object.hasOwn(lasting, name) ? lasting[name] : undefined
  if (allowed !== undefined)
    return new ClaimsError('invalid_configuration', `${place} cannot be used: ${name}`, {
      cause: error,
      problems: [{ field: 'ARTIFACTS_URI', problem: `is refused with ${name}`, allowed }],
    })
  if (isPassing(error))
    return new ClaimsError('artifacts_unavailable', `${place} cannot be reached: ${name}`, { cause: error })
  return error
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null
}
