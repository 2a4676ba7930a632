import { Router } from 'express'
import { mount } from '../http/mount.ts'
import { sendJson } from '../http/send.ts'
import type { ModelHolder } from '../model-holder.ts'

/** `GET /api/v1/models/current`. */
export function modelRoutes(options: { holder: ModelHolder }): Router {
  const router = Router()
  mount(router, '/api/v1/models/current', {
    get: (_request, response) => {
      const { name, version, since, scorer, evaluation, inputSchema } = options.holder.require()
      sendJson(response, 200, {
        name,
        version,
        since: since.toISOString(),
        headline: scorer.manifest.headline,
        model: scorer.manifest.model,
        policy: scorer.policy,
        evaluation,
        input_schema: inputSchema,
      })
    },
  })
  return router
}
