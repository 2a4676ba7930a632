import { ClaimsError, claimColumns } from '@claims/contracts'
import type { ModelRegistry, ModelVersion } from '@claims/registry'
import { Router, type Request } from 'express'
import { claimJsonSchema } from '../claim-json-schema.ts'
import { mount } from '../http/mount.ts'
import { sendJson } from '../http/send.ts'
import type { ModelHolder } from '../model-holder.ts'

/**
 * `GET /api/v1/models/current`, and with a registry `/api/v1/models`, `/api/v1/models/{name}/versions` and
 * `/api/v1/models/{name}/versions/{version}`.
 */
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
      const { models, damaged } = await registry.list()
      // Only the code: what is wrong names places of this machine.
      sendJson(response, 200, {
        models,
        damaged: damaged.map(({ name, error }) => ({ name, code: error.code, title: error.entry.title })),
      })
    },
  })
  mount(router, '/api/v1/models/:name/versions', {
    get: async (request, response) => {
      const name = String(request.params['name'])
      const limit = oneOf(request.query, 'limit')
      const page = await registry.versionsPage(name, {
        limit: limit === undefined ? undefined : Number(/^\d{1,9}$/.test(limit) ? limit : NaN),
        cursor: oneOf(request.query, 'cursor'),
      })
      sendJson(response, 200, { name, ...page, next: page.next ?? null })
    },
  })
  const details = createDetails(registry)
  mount(router, '/api/v1/models/:name/versions/:version', {
    get: async (request, response) => {
      const { name, version } = request.params
      const registered = await registry.get(String(name), String(version))
      sendJson(response, 200, { ...registered, ...(await details(registered)) })
    },
  })
  return router
}

/** A parameter of the query, given at most once. */
function oneOf(query: Request['query'], field: string): string | undefined {
  const value = query[field]
  if (value === undefined || typeof value === 'string') return value
  throw new ClaimsError('invalid_parameter', `The ${field} is given more than once`, {
    problems: [{ field, problem: 'is given more than once', allowed: 'one value' }],
  })
}

/** Versions whose details are kept. */
const keptDetails = 100

/**
 * What a bundle says of itself. A registered bundle never changes, and opening one reads all its files, so it is opened
 * once and known by the hash of its manifest; one that is damaged is opened again at the next call.
 */
function createDetails(registry: ModelRegistry): (version: ModelVersion) => Promise<Record<string, unknown>> {
  const known = new Map<string, Record<string, unknown>>()
  return async ({ name, version, manifest_sha256: hash }) => {
    const kept = known.get(hash)
    if (kept !== undefined) return kept
    const resolved = await registry.resolve(`${name}@${version}`)
    const bundle = await resolved.open()
    const { blueprint } = bundle.manifest
    const found = {
      evaluation: await bundle.readJson('evaluation.json'),
      input_schema: claimJsonSchema(
        claimColumns(blueprint.columns),
        blueprint.business_rules.map((rule) => rule.name),
      ),
    }
    if (known.size === keptDetails) known.clear()
    if (bundle.manifestSha256 === hash) known.set(hash, found)
    return found
  }
}
