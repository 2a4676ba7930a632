import { Router } from 'express'
import type { ApiLimits } from '../api-limits.ts'
import { mount } from '../http/mount.ts'
import { sendText } from '../http/send.ts'
import type { ModelHolder, ServedModel } from '../model-holder.ts'
import { buildOpenApi } from '../openapi/build-openapi.ts'

/** `GET /openapi.json`; built once per served model. */
export function openApiRoutes(options: {
  holder: ModelHolder
  limits: ApiLimits
  version: string
  registry: boolean
}): Router {
  const { holder, limits, version, registry } = options
  const router = Router()
  const built = new WeakMap<ServedModel, string>()
  mount(router, '/openapi.json', {
    get: (_request, response) => {
      const model = holder.require()
      let body = built.get(model)
      if (body === undefined) {
        body = JSON.stringify(buildOpenApi(model, { limits, version, registry }))
        built.set(model, body)
      }
      sendText(response, 200, { type: 'application/json', body })
    },
  })
  return router
}
