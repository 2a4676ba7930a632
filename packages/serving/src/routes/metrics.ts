import { Router } from 'express'
import { mount } from '../http/mount.ts'
import { sendText } from '../http/send.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ModelHolder } from '../model-holder.ts'

/** `GET /metrics`, in the text format of Prometheus. */
export function metricsRoutes(options: { holder: ModelHolder; metrics: ApiMetrics }): Router {
  const { holder, metrics } = options
  const router = Router()
  mount(router, '/metrics', {
    get: async (_request, response) => {
      metrics.modelWanted(holder.current !== null && holder.failure === null)
      if (holder.current !== null) metrics.served(holder.current)
      sendText(response, 200, { type: metrics.contentType, body: await metrics.expose() })
    },
  })
  return router
}
