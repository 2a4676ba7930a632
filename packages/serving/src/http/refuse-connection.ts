import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ClaimsError, toProblem, type ErrorCode } from '@claims/contracts'
import type { Logger } from '../logger.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ApiResponse } from './request-context.ts'
import { sendError } from './send.ts'

/** Where refusals are counted and logged. */
export interface RefusalSinks {
  readonly metrics: ApiMetrics | undefined
  readonly logger: Logger
}

/** What is wrong, by the code of Node's HTTP parser; everything else is not valid HTTP. */
const codes: Readonly<Record<string, readonly [code: ErrorCode, field: string, problem: string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'headers', 'are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body_too_large', 'body', 'has chunk extensions that are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'request', 'did not arrive in time'],
}

/**
 * The refusal of what the HTTP parser could not take.
 *
 * @param error as `clientError` of a server gives it
 */
export function parserRefusal(error: NodeJS.ErrnoException): ClaimsError {
  const [code, field, problem] = codes[error.code ?? ''] ?? [
    'malformed_request',
    'request',
    'is not valid HTTP',
  ]
  return new ClaimsError(code, `The ${field} ${problem}`, { problems: [{ field, problem }] })
}

/**
 * Answers on a connection that no request was read from, and ends it. The answer has an id like every other, and is
 * counted and logged.
 *
 * @param socket the connection
 * @param error the refusal
 */
export function refuseConnection(socket: Duplex, error: ClaimsError, sinks: RefusalSinks): void {
  const requestId = randomUUID()
  const { status } = error.entry
  const body = JSON.stringify(toProblem(error, requestId))
  sinks.metrics?.malformed(status)
  const fields = error.problems.map(({ field }) => field)
  sinks.logger.info(
    { request_id: requestId, route: 'unmatched', status, code: error.code, fields },
    'refused',
  )
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\n` +
      `x-request-id: ${requestId}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  )
}

/**
 * Answers a request whose body the parser could not go on with; the application's own log and metrics see it end.
 *
 * @param response of the request that is being answered
 * @returns whether it could be answered: only where the application has taken it up
 */
export function refuseRequest(response: ServerResponse, error: ClaimsError): boolean {
  if (response.headersSent || !isTakenUp(response)) return false
  response.setHeader('connection', 'close')
  sendError(response, error)
  return true
}

function isTakenUp(response: ServerResponse): response is ApiResponse {
  return response.hasHeader('x-request-id') && 'locals' in response
}
