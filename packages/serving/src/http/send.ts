import type { ClaimsError } from '@claims/contracts'
import { problemFormat } from './error-format.ts'
import type { ApiResponse } from './request-context.ts'

/** Headers of every answer that is no page. */
const safetyHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Answers with a value as JSON. */
export function sendJson(response: ApiResponse, status: number, value: unknown): void {
  sendText(response, status, { type: 'application/json', body: JSON.stringify(value) })
}

/** Answers with a text of some media type. */
export function sendText(
  response: ApiResponse,
  status: number,
  content: { type: string; body: string | Uint8Array },
): void {
  response.writeHead(status, {
    ...safetyHeaders,
    'content-type': content.type,
    'content-length': Buffer.byteLength(content.body),
  })
  response.end(content.body)
}

/** Answers that all is well, without content. */
export function sendNothing(response: ApiResponse): void {
  response.writeHead(204, safetyHeaders)
  response.end()
}

/** Answers with an error in the form of the protocol that the request speaks: the problem document where it is ours. */
export function sendError(response: ApiResponse, error: ClaimsError): void {
  const { locals } = response
  locals.refusal = refusalOf(error, locals.knownFields)
  const formatted = (locals.formatError ?? problemFormat)(error, { requestId: locals.requestId })
  if (error.entry.retryable) response.setHeader('retry-after', '1')
  sendText(response, error.entry.status, formatted)
}

/** Fields that the log names at most. */
const loggedFields = 5

/** What the log says of a refusal: names of fields that are known, never what a caller made up. */
function refusalOf(
  error: ClaimsError,
  known: ReadonlySet<string> | undefined,
): { code: string; fields: string[] } {
  const fields = error.problems.slice(0, loggedFields).map(({ field, allowed }) => {
    if (known === undefined || known.has(field) || field === 'body') return field
    return error.code === 'near_miss_field' && allowed !== undefined && known.has(allowed)
      ? `almost ${allowed}`
      : '(unknown)'
  })
  return { code: error.code, fields }
}
