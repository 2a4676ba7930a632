import { ClaimsError, toClaimsError } from '@claims/contracts'
import type { ErrorRequestHandler } from 'express'
import type { Logger } from '../logger.ts'
import { jsonErrorPosition } from './json-error-position.ts'
import type { ApiLocals, ApiResponse } from './request-context.ts'
import { sendProblem } from './send.ts'

/**
 * Last middleware: every error becomes a problem document. A defect of ours is logged with its stack and told
 * without.
 *
 * @param options logger, and the limit of a body in bytes
 */
export function errorHandler(options: {
  logger: Logger
  bodyLimitBytes: number
}): ErrorRequestHandler<Record<string, string>, unknown, unknown, unknown, ApiLocals> {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (thrown: unknown, request, response: ApiResponse, next) => {
    if (response.headersSent) {
      next(thrown)
      return
    }
    const error = fromBodyParser(thrown, options.bodyLimitBytes) ?? toClaimsError(thrown)
    if (error.entry.status >= 500) {
      const { requestId, route } = response.locals
      options.logger.error(
        { request_id: requestId, route, code: error.code, err: error.cause ?? error },
        error.message,
      )
    }
    // The rest of a body that was refused is read and dropped: a caller that still writes would miss the answer.
    if (!request.readableEnded) request.resume()
    sendProblem(response, error)
  }
}

function fromBodyParser(thrown: unknown, bodyLimitBytes: number): ClaimsError | null {
  if (thrown === null || typeof thrown !== 'object' || !('status' in thrown) || !('message' in thrown))
    return null
  const { status } = thrown
  if (typeof status !== 'number' || status < 400 || status >= 500) return null
  const type = 'type' in thrown ? thrown.type : undefined
  if (type === 'entity.parse.failed') {
    const text = 'body' in thrown && typeof thrown.body === 'string' ? thrown.body : ''
    return invalidJson(text, String(thrown.message))
  }
  if (status === 413) {
    const limit = `at most ${String(bodyLimitBytes)} bytes`
    return new ClaimsError('body_too_large', `The body is too large; allowed: ${limit}`, {
      problems: [{ field: 'body', problem: 'is too large', allowed: limit }],
    })
  }
  if (status === 415) {
    return new ClaimsError('unsupported_format', 'The body’s encoding or character set is not supported', {
      problems: [
        {
          field: type === 'encoding.unsupported' ? 'content-encoding' : 'content-type',
          problem: 'is not supported',
          allowed: 'UTF-8 JSON, plain or compressed by gzip, deflate or br',
        },
      ],
    })
  }
  if (status === 404) return new ClaimsError('not_found', 'There is nothing at this address')
  return new ClaimsError('invalid_usage', 'The request is malformed', {
    problems: [{ field: 'request', problem: typeof type === 'string' ? type : 'is malformed' }],
  })
}

function invalidJson(text: string, message: string): ClaimsError {
  const position = jsonErrorPosition(text, message)
  if (position === null) {
    return new ClaimsError('invalid_json', 'The body is not valid JSON', {
      problems: [{ field: 'body', problem: 'is not valid JSON', allowed: 'a JSON document' }],
    })
  }
  const before = text.slice(0, position).split('\n')
  const place = `line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)}`
  const ended = position >= text.length ? 'ends too early' : 'is not valid JSON'
  return new ClaimsError('invalid_json', `The body ${ended} at ${place}`, {
    problems: [
      {
        field: 'body',
        problem: `${ended} at position ${String(position)} (${place})`,
        allowed: 'a JSON document',
      },
    ],
  })
}
