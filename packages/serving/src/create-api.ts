import { ClaimsError, systemClock, type Clock } from '@claims/contracts'
import type { ModelRegistry } from '@claims/registry'
import express, { type Express, type RequestHandler } from 'express'
import { defaultLimits, type ApiLimits } from './api-limits.ts'
import { createBodyReader } from './body/body-reader.ts'
import { errorHandler } from './http/error-handler.ts'
import { requestContext, type ApiResponse } from './http/request-context.ts'
import { requireHttp } from './http/require-http.ts'
import { silentLogger, type Logger } from './logger.ts'
import { createMetrics, type ApiMetrics } from './metrics.ts'
import type { ModelHolder } from './model-holder.ts'
import type { ApiServices, Protocol } from './protocol.ts'
import { docsRoutes } from './routes/docs.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { modelRoutes } from './routes/models.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { predictRoutes } from './routes/predict.ts'
import type { UnknownFields } from './scoring/check-fields.ts'
import { createScoringService } from './scoring/scoring-service.ts'
import { shortened } from './scoring/shortened.ts'
import type { SourceStatus } from './source-status.ts'

/** What an api is made of. */
export interface ApiOptions {
  readonly holder: ModelHolder
  /** Named in `/health`. */
  readonly environment: string
  /** Product version, named in the api's description. */
  readonly version?: string | undefined
  /** Whose models are listed; without one only the model that serves is shown. */
  readonly registry?: ModelRegistry | undefined
  /** Where the model comes from, as `/health` says it. */
  readonly source?: (() => SourceStatus) | undefined
  readonly logger?: Logger | undefined
  readonly metrics?: ApiMetrics | undefined
  readonly clock?: Clock | undefined
  readonly limits?: Partial<ApiLimits> | undefined
  /** What happens with fields that the use case does not know; default `error`. */
  readonly unknownFields?: UnknownFields | undefined
  /**
   * Sees every request after it has its id and before any route, and decides who may pass, health and metrics included:
   * it throws a `ClaimsError` such as `unauthenticated`, answers by itself, or calls `next()`. Without one, all pass.
   */
  readonly guard?: RequestHandler | undefined
  /** Protocols beside the product's own. */
  readonly protocols?: readonly Protocol[] | undefined
  /** Aborted when the server begins to shut down: from then on it is not ready. */
  readonly shutdown?: AbortSignal | undefined
}

/**
 * The api as an Express application; it listens nowhere by itself.
 *
 * @param options the model's holder and what surrounds it
 * @returns the application, for `startServer` or for mounting in another one
 *
 * @example
 * const server = await startServer(createApi({ holder, environment: 'development' }), { port: 8000 })
 */
export function createApi(options: ApiOptions): Express {
  const { holder, environment, version = '0.1.0', registry, source, guard, protocols = [] } = options
  const logger = options.logger ?? silentLogger
  const metrics = options.metrics ?? createMetrics()
  const shutdown = options.shutdown ?? new AbortController().signal
  const limits: ApiLimits = { ...defaultLimits, ...options.limits }
  const services = createServices(options, { limits, metrics })

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(requestContext({ metrics, logger, shutdown }))
  for (const protocol of protocols) app.use(protocol.path, speaks(protocol))
  app.use(requireHttp)
  if (guard !== undefined) app.use(guard)
  app.use(predictRoutes(services))
  app.use(modelRoutes({ holder, registry }))
  app.use(healthRoutes({ holder, shutdown, environment, source }))
  app.use(metricsRoutes({ holder, metrics }))
  app.use(openApiRoutes({ holder, limits, version, registry: registry !== undefined }))
  app.use(docsRoutes())
  for (const protocol of protocols) app.use(protocol.path, protocol.routes(services))
  app.use((request) => {
    throw new ClaimsError('not_found', `There is nothing at ${shortened(request.path)}`, {
      problems: [{ field: 'path', problem: 'does not exist', allowed: 'the paths of /openapi.json' }],
    })
  })
  app.use(errorHandler())
  return app
}

function createServices(
  { holder, clock = systemClock, unknownFields = 'error' }: ApiOptions,
  { limits, metrics }: { limits: ApiLimits; metrics: ApiMetrics },
): ApiServices {
  const { reasons, batchClaims, threadBytes } = limits
  const rules = { unknownFields, reasons, batchClaims }
  return {
    holder,
    scoring: createScoringService({ holder, metrics, clock, rules, threadBytes }),
    bodies: createBodyReader(limits),
  }
}

/** Says of a request which protocol it speaks, before anything can refuse it. */
function speaks({
  path,
  formatError,
}: Protocol): (request: unknown, response: ApiResponse, next: () => void) => void {
  return (_request, { locals }, next) => {
    locals.basePath = path
    locals.formatError = formatError
    next()
  }
}
