import { ClaimsError, type Clock, systemClock } from '@claims/contracts'
import { type ModelRegistry } from '@claims/registry'
import express, { type Express } from 'express'
import { errorHandler } from './http/error-handler.ts'
import { requestContext } from './http/request-context.ts'
import { requireHttp } from './http/require-http.ts'
import { silentLogger, type Logger } from './logger.ts'
import { createMetrics, type ApiMetrics } from './metrics.ts'
import type { ModelHolder } from './model-holder.ts'
import { docsRoutes } from './routes/docs.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { modelRoutes } from './routes/models.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { predictRoutes, type ApiLimits } from './routes/predict.ts'
import type { UnknownFields } from './scoring/check-fields.ts'
import { shortened } from './scoring/shortened.ts'

/** What bounds a request where nothing else is said. */
export const defaultLimits: ApiLimits = {
  ...{ bodyBytes: 10_000_000, heldBytes: 100_000_000, threadBytes: 100_000 },
  ...{ depth: 20, fields: 500, values: 300_000 },
  ...{ batchClaims: 1000, reasons: 4 },
}

/** What an api is made of. */
export interface ApiOptions {
  readonly holder: ModelHolder
  /** Named in `/health`. */
  readonly environment: string
  /** Product version, named in the api's description. */
  readonly version?: string
  /** Whose models are listed; without one only the model that serves is shown. */
  readonly registry?: ModelRegistry
  readonly logger?: Logger
  readonly metrics?: ApiMetrics
  readonly clock?: Clock
  readonly limits?: Partial<ApiLimits>
  /** What happens with fields that the use case does not know; default `error`. */
  readonly unknownFields?: UnknownFields
  /** Aborted when the server begins to shut down: from then on it is not ready. */
  readonly shutdown?: AbortSignal
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
  const { holder, environment, version = '0.1.0' } = options
  const logger = options.logger ?? silentLogger
  const metrics = options.metrics ?? createMetrics()
  const clock = options.clock ?? systemClock
  const shutdown = options.shutdown ?? new AbortController().signal
  const limits: ApiLimits = { ...defaultLimits, ...options.limits }

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(requestContext({ metrics, logger, shutdown }))
  app.use(requireHttp)
  app.use(predictRoutes({ holder, metrics, clock, limits, unknownFields: options.unknownFields ?? 'error' }))
  app.use(modelRoutes({ holder, registry: options.registry }))
  app.use(healthRoutes({ holder, shutdown, environment }))
  app.use(metricsRoutes({ holder, metrics }))
  app.use(openApiRoutes({ holder, limits, version, registry: options.registry !== undefined }))
  app.use(docsRoutes())
  app.use((request) => {
    throw new ClaimsError('not_found', `There is nothing at ${shortened(request.path)}`, {
      problems: [{ field: 'path', problem: 'does not exist', allowed: 'the paths of /openapi.json' }],
    })
  })
  app.use(errorHandler({ logger }))
  return app
}
