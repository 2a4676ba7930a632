import { ClaimsError } from '@claims/contracts'
import type { NextFunction, Request } from 'express'
import type { ApiResponse } from './request-context.ts'
import { sendNothing } from './send.ts'

/**
 * Middleware: what HTTP itself asks of a request. HTTP/1.1 needs a host, `100-continue` is the only expectation, and
 * `OPTIONS *` asks about the server as a whole.
 *
 * @throws ClaimsError `malformed_request`, `expectation_failed`
 */
export function requireHttp(request: Request, response: ApiResponse, next: NextFunction): void {
  const { headers, httpVersionMajor, httpVersionMinor } = request
  if (headers.host === undefined && httpVersionMajor === 1 && httpVersionMinor >= 1) {
    throw new ClaimsError('malformed_request', 'The request names no host', {
      problems: [{ field: 'host', problem: 'is absent', allowed: 'the name or address of this server' }],
    })
  }
  const { expect } = headers
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw new ClaimsError('expectation_failed', 'The expectation cannot be met', {
      problems: [{ field: 'expect', problem: 'cannot be met', allowed: '100-continue' }],
    })
  }
  if (request.method === 'OPTIONS' && request.url === '*') {
    response.setHeader('allow', 'GET, HEAD, POST, OPTIONS')
    sendNothing(response)
    return
  }
  next()
}
