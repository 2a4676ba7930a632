import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const acceptedId = /^[\w.:-]{1,128}$/
const traceParent = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/**
 * Id of a request: the caller's `x-request-id` (letters, digits and `_.:-`, at most 128), else the trace id of its
 * W3C `traceparent`, else a new UUID.
 */
export function requestId(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id']
  if (typeof given === 'string' && acceptedId.test(given)) return given
  const trace = headers['traceparent']
  if (typeof trace === 'string') {
    const id = traceParent.exec(trace)?.[1]
    if (id !== undefined) return id
  }
  return randomUUID()
}
