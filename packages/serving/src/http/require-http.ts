import { ClaimsError } from '@claims/contracts'
import type { NextFunction, Request } from 'express'
import type { ApiResponse } from './request-context.ts'
import { sendNothing } from './send.ts'

/** A name or address, with a port where it has one. */
const hostForm = /^(?:\[[0-9a-fA-F:.]+\]|[^\s/?#@[\]:]*)(?::\d{0,5})?$/
/** Headers of which a second one would say what the first contradicts; Node keeps the first without a word. */
const singleHeaders: ReadonlySet<string> = new Set(['host', 'content-type'])

/**
 * Middleware: what HTTP itself asks of a request. Its version is 1.0 or 1.1, HTTP/1.1 needs one valid host, a header
 * that may come once comes once, the only transfer coding is `chunked`, `100-continue` is the only expectation, and
 * `OPTIONS *` asks about the server as a whole.
 *
 * @throws ClaimsError `malformed_request`, `expectation_failed`
 */
export function requireHttp(request: Request, response: ApiResponse, next: NextFunction): void {
  const { headers, httpVersion, httpVersionMajor, httpVersionMinor } = request
  if (httpVersionMajor !== 1)
    throw malformed('version', `HTTP/${httpVersion} is not spoken here`, 'HTTP/1.1 or HTTP/1.0')
  const repeated = repeatedHeader(request.rawHeaders)
  if (repeated !== null) throw malformed(repeated, 'is given more than once', 'one value')
  if (headers.host === undefined && httpVersionMinor >= 1)
    throw malformed('host', 'is absent', 'the name or address of this server')
  if (headers.host !== undefined && !hostForm.test(headers.host))
    throw malformed('host', 'is not valid', 'the name or address of this server')
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    throw malformed(
      'transfer-encoding',
      'is not supported',
      'chunked; content-encoding for gzip, deflate and br',
    )
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

/** @param raw names and values in turn */
function repeatedHeader(raw: readonly string[]): string | null {
  const seen = new Set<string>()
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? ''
    if (seen.has(name)) return name
    if (singleHeaders.has(name)) seen.add(name)
  }
  return null
}

function malformed(field: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('malformed_request', `The request is malformed: ${field} ${problem}`, {
    problems: [{ field, problem, allowed }],
  })
}
