import { toProblem, type ClaimsError } from '@claims/contracts'
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
  content: { type: string; body: string },
): void {
  response.writeHead(status, {
    ...safetyHeaders,
    'content-type': content.type,
    'content-length': Buffer.byteLength(content.body),
  })
  response.end(content.body)
}

/** Answers with the problem document (RFC 9457) of an error. */
export function sendProblem(response: ApiResponse, error: ClaimsError): void {
  const body = JSON.stringify(toProblem(error, response.locals.requestId))
  if (error.entry.retryable) response.setHeader('retry-after', '1')
  sendText(response, error.entry.status, { type: 'application/problem+json', body })
}
