import { openBundle, type ModelRegistry } from '@claims/registry'
import { Router } from 'express'
import { claimJsonSchema } from '../claim-json-schema.ts'
import { mount } from '../http/mount.ts'
import { sendJson } from '../http/send.ts'
import { claimColumns } from '../claim-columns.ts'
import type { ModelHolder } from '../model-holder.ts'

/** `GET /api/v1/models/current`, and with a registry `/api/v1/models` and `/api/v1/models/{name}/versions/{version}`. */
export function modelRoutes(options: { holder: ModelHolder; registry: ModelRegistry | undefined }): Router {
  const { holder, registry } = options
  const router = Router()
  mount(router, '/api/v1/models/current', {
    get: (_request, response) => {
      const { name, version, since, scorer, evaluation, inputSchema } = holder.require()
      const { headline, model } = scorer.manifest
      sendJson(response, 200, {
        ...{ name, version, since: since.toISOString(), headline, model },
        ...{ policy: scorer.policy, evaluation, input_schema: inputSchema },
      })
    },
  })
  if (registry === undefined) return router

  mount(router, '/api/v1/models', {
    get: async (_request, response) => {
      sendJson(response, 200, { models: await registry.list() })
    },
  })
  mount(router, '/api/v1/models/:name/versions/:version', {
    get: async (request, response) => {
      const { name, version } = request.params
      const registered = await registry.get(String(name), String(version))
      const { directory } = await registry.resolve(`${registered.name}@${registered.version}`)
      const bundle = await openBundle(directory)
      sendJson(response, 200, {
        ...registered,
        evaluation: await bundle.readJson('evaluation.json'),
        input_schema: claimJsonSchema(
          claimColumns(bundle.manifest.blueprint),
          bundle.manifest.blueprint.business_rules.map((rule) => rule.name),
        ),
      })
    },
  })
  return router
}
