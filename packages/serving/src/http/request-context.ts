import type { ClaimsError } from '@claims/contracts'
import type { NextFunction, Request, Response } from 'express'
import type { Logger } from '../logger.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ErrorFormat } from './error-format.ts'
import { requestId } from './request-id.ts'

/** What is known about a request while it is answered; in `response.locals`. */
interface RequestContext {
  requestId: string
  /** Milliseconds of `performance.now()`. */
  startedAt: number
  /** Pattern of the route that answers; `unmatched` until one does. */
  route: string
  /** Path of the protocol that the request speaks; absent where it is the product's own. */
  basePath?: string
  /** How an error is written; a problem document where absent. */
  formatError?: ErrorFormat
  /** Why the request was refused: the code and the fields, for the log. */
  refusal?: { readonly code: string; readonly fields: readonly string[] }
  /** What failed on our side; the log has its message and its stack. */
  failure?: ClaimsError
  /** Names of the claim's fields; those of a refusal that are none of them are not logged. */
  knownFields?: ReadonlySet<string>
  /** Claims of a batch that were refused, by code, for the log. */
  rejected?: Readonly<Record<string, number>>
}

/** Express's place for what belongs to one request. */
export type ApiLocals = RequestContext & Record<string, unknown>
/** A response with its context. */
export type ApiResponse = Response<unknown, ApiLocals>

/** Status that stands for a caller who left before the answer. */
const callerLeft = 499

/**
 * First middleware: gives the request its id, counts it and logs it when it is answered. Bodies are never logged.
 *
 * @param options metrics, logger, and whether the server is shutting down
 */
export function requestContext(options: {
  metrics: ApiMetrics
  logger: Logger
  shutdown: AbortSignal
}): (request: Request, response: ApiResponse, next: NextFunction) => void {
  const { metrics, logger, shutdown } = options
  return (request, response, next) => {
    const { locals } = response
    locals.requestId = requestId(request.headers)
    locals.startedAt = performance.now()
    locals.route = 'unmatched'
    metrics.requestStarted()
    response.on('close', () => {
      const seconds = (performance.now() - locals.startedAt) / 1000
      const status = response.writableFinished ? response.statusCode : callerLeft
      const { method } = request
      metrics.requestFinished({ method, route: locals.route, status, seconds })
      const { refusal, rejected, failure } = locals
      const fields = {
        ...{ request_id: locals.requestId, method, route: locals.route, status, seconds },
        ...refusal,
        ...(rejected === undefined ? {} : { rejected }),
      }
      // A failure is one line, also where the caller left before its answer.
      if (failure !== undefined)
        logger.error({ ...fields, code: failure.code, err: failure.cause ?? failure }, failure.message)
      else if (status < 400) logger.debug(fields, 'answered')
      else if (status < 500) logger.info(fields, 'refused')
      else logger.error(fields, 'failed')
    })
    response.setHeader('x-request-id', locals.requestId)
    if (shutdown.aborted) response.setHeader('connection', 'close')
    next()
  }
}
