import type { IncomingMessage } from 'node:http'
import { isAbsolute } from 'node:path'
import { ClaimsError, toClaimsError } from '@claims/contracts'
import type { ErrorRequestHandler } from 'express'
import type { ApiLocals, ApiResponse } from './request-context.ts'
import { sendError } from './send.ts'

/** Bytes of a refused body that are still read, so that a caller who writes it sees the answer. */
const drainedBytes = 64_000_000
/** Time for them. */
const drainedMilliseconds = 5_000

/**
 * Last middleware: every error is answered in the form of the protocol that the request speaks. What fails on our side is
 * told without its stack, and logged with it once, when the request is closed.
 */
export function errorHandler(): ErrorRequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  unknown,
  ApiLocals
> {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (thrown: unknown, request, response: ApiResponse, next) => {
    if (response.headersSent) {
      next(thrown)
      return
    }
    const error = fromExpress(thrown) ?? toClaimsError(thrown)
    if (error.entry.status >= 500) response.locals.failure = error
    drain(request, response)
    sendError(response, withoutPlaces(error))
  }
}

/**
 * A failure of this machine as a caller may read it: its files are named in the log, never where they are. `internal`
 * tells nothing anyway, and what may be tried again says nothing of files.
 */
function withoutPlaces(error: ClaimsError): ClaimsError {
  const { code, entry, problems } = error
  const ofFiles =
    code === 'file_not_found' || (entry.status >= 500 && !entry.retryable && code !== 'internal')
  if (!ofFiles) return error
  return new ClaimsError(code, entry.title, {
    problems: problems.filter(({ field }) => !isAbsolute(field)),
    cause: error,
  })
}

/**
 * Reads and drops the rest of a refused body, within limits: a connection that is closed while its caller still writes
 * is reset, and the caller never sees the answer. A body that was only announced is not waited for.
 */
function drain(request: IncomingMessage, response: ApiResponse): void {
  if (request.complete) return
  if (request.headers.expect !== undefined && !request.readableDidRead) {
    response.setHeader('connection', 'close')
    return
  }
  let left = drainedBytes
  const timer = setTimeout(() => {
    request.socket.destroy()
  }, drainedMilliseconds).unref()
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.socket.destroy()
  })
  request.once('close', () => {
    clearTimeout(timer)
  })
  request.resume()
}

/** What Express itself throws, such as for a path that cannot be decoded. */
function fromExpress(thrown: unknown): ClaimsError | null {
  if (thrown === null || typeof thrown !== 'object' || !('status' in thrown)) return null
  const { status } = thrown
  if (typeof status !== 'number' || status < 400 || status >= 500) return null
  if (status === 404) return new ClaimsError('not_found', 'There is nothing at this address')
  return new ClaimsError('malformed_request', 'The request is malformed', {
    problems: [{ field: 'request', problem: 'is malformed', allowed: 'a valid path and valid headers' }],
  })
}
