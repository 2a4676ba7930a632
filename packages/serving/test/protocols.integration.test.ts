import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Router, type RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ClaimsError, problemSchema } from '@claims/contracts'
import {
  createApi,
  createMetrics,
  ModelHolder,
  mount,
  sendJson,
  startServer,
  type Protocol,
  type RunningServer,
} from '@claims/serving'
import { loadExampleScorer, writeExampleModel } from './example-model.ts'

const now = new Date('2001-02-03T04:05:06.000Z')
const claim = { claim_id: 'C-1', claim_amount: 25_000, policy_duration: 24, claim_type: 'auto' }

/** A protocol whose answers and errors look like nothing of ours. */
const plain: Protocol = {
  path: '/v2',
  formatError: (error, { requestId }) => ({
    type: 'application/json',
    body: JSON.stringify({ error: `${error.code}: ${error.message}`, id: requestId }),
  }),
  routes: ({ scoring, bodies }) => {
    const router = Router()
    mount(router, '/models/:name/infer', {
      post: async (request, response) => {
        const value = await bodies.readValue(request, response)
        const { model, results } = await scoring.scoreClaims(Array.isArray(value) ? value : [value])
        const outputs = results.map((result) => (result.ok ? result.probability : result.error.code))
        const warnings = results.map((result) => (result.ok ? result.warnings : []))
        sendJson(response, 200, { model_version: model.version, outputs, warnings })
      },
    })
    return router
  },
}

/** Lets probes pass, and callers with the password. */
const guard: RequestHandler = (request, response, next) => {
  if (request.path.startsWith('/health') || request.headers.authorization === 'Bearer let-me-in') {
    next()
    return
  }
  response.setHeader('www-authenticate', 'Bearer')
  throw new ClaimsError('unauthenticated', 'The request carries no valid credentials', {
    problems: [{ field: 'authorization', problem: 'is absent or not valid', allowed: 'a bearer token' }],
  })
}

let root: string
let holder: ModelHolder
const metrics = createMetrics()
const servers: RunningServer[] = []
let open: string
let guarded: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-protocols-'))
  await writeExampleModel(join(root, 'bundle'))
  holder = new ModelHolder({ loadScorer: loadExampleScorer, clock: { now: () => now }, reasons: 1 })
  await holder.serve({ directory: join(root, 'bundle'), name: 'fraud', version: '3' })
  const parts = {
    ...{ holder, environment: 'test', protocols: [plain], limits: { batchClaims: 3 } },
    clock: { now: () => now },
  }
  for (const app of [createApi({ ...parts, metrics }), createApi({ ...parts, guard })])
    servers.push(await startServer(app, { port: 0 }))
  const [first, second] = servers
  open = first?.url ?? ''
  guarded = second?.url ?? ''
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await holder.dispose()
  await rm(root, { recursive: true, force: true })
})

async function call(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string | null; id: string | null; json: unknown }> {
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(url, { ...post, headers: { 'content-type': 'application/json', ...headers } })
  const { status } = response
  const type = response.headers.get('content-type')
  return { status, type, id: response.headers.get('x-request-id'), json: await response.json() }
}

describe('a second protocol', () => {
  test('scores through the same service, to the same bits', async () => {
    const ours = await call(`${open}/api/v1/predict`, claim)
    const theirs = await call(`${open}/v2/models/fraud/infer`, [claim, { ...claim, claim_amount: -1 }])
    expect(theirs).toMatchObject({ status: 200, json: { model_version: '3' } })
    const { high_risk_probability: probability } = ours.json as { high_risk_probability: number }
    expect(theirs.json).toMatchObject({ outputs: [probability, 'invalid_claim'] })
  })

  test('claims are judged by the moment of the api’s clock, in every protocol', async () => {
    const future = [{ field: 'claim_date', code: 'new_value', problem: 'lies in the future' }]
    for (const [date, warnings] of [
      ['2001-02-04', future],
      ['2001-02-02', []],
    ] as const) {
      const dated = { ...claim, claim_date: date }
      const ours = await call(`${open}/api/v1/predict`, dated)
      expect(ours.json).toMatchObject({ timestamp: now.toISOString(), warnings })
      const theirs = await call(`${open}/v2/models/fraud/infer`, dated)
      expect(theirs.json).toMatchObject({ warnings: [warnings] })
    }
  })

  test.each([
    ['a handler', '/v2/models/fraud/infer', [claim, claim, claim, claim], 400, 'batch_too_large'],
    ['the reader of bodies', '/v2/models/fraud/infer', undefined, 405, 'method_not_allowed'],
    ['nobody, at an address below its path', '/v2/nothing', undefined, 404, 'not_found'],
  ])('its errors have its own form: of %s', async (_, path, body, status, code) => {
    const answer = await call(`${open}${path}`, body)
    expect(answer).toMatchObject({ status, type: 'application/json' })
    expect(answer.json).toEqual({ error: expect.stringMatching(`^${code}: `), id: answer.id })
  })

  test('the product’s own errors stay problem documents beside it', async () => {
    const answer = await call(`${open}/v3/nothing`)
    expect(answer).toMatchObject({ status: 404, type: 'application/problem+json' })
    problemSchema.parse(answer.json)
  })

  test('it is counted by its pattern, however its path is written, and by the version of the model', async () => {
    await call(`${open}/V2/models/some-caller/infer`, claim)
    const text = await metrics.expose()
    expect(text).toMatch(/claims_http_requests_total\{[^}]*route="\/v2\/models\/:name\/infer"/)
    expect(text).not.toMatch(/some-caller|"\/V2/)
    expect(text).toMatch(
      /^claims_predictions_total\{risk_level="high",model_name="fraud",model_version="3"\} [1-9]/m,
    )
  })
})

describe('a guard', () => {
  test('refuses before any route, with a problem document', async () => {
    for (const path of ['/api/v1/models/current', '/metrics', '/docs', '/openapi.json', '/nothing']) {
      const answer = await call(`${guarded}${path}`)
      expect([path, answer.status, answer.type]).toEqual([path, 401, 'application/problem+json'])
      expect(problemSchema.parse(answer.json)).toMatchObject({
        code: 'unauthenticated',
        request_id: answer.id,
      })
    }
    const posted = await fetch(`${guarded}/api/v1/predict`, { method: 'POST', body: '{}' })
    expect([posted.status, posted.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  test('refuses in the form of the protocol that was spoken', async () => {
    const answer = await call(`${guarded}/v2/models/fraud/infer`, claim)
    expect(answer).toMatchObject({ status: 401, type: 'application/json' })
    expect(answer.json).toEqual({ error: expect.stringMatching('^unauthenticated: '), id: answer.id })
  })

  test('decides itself what stays open', async () => {
    expect(await call(`${guarded}/health/ready`)).toMatchObject({ status: 200 })
    expect(await call(`${guarded}/health/live`)).toMatchObject({ status: 200 })
  })

  test('lets callers in', async () => {
    const answer = await call(`${guarded}/api/v1/predict`, claim, { authorization: 'Bearer let-me-in' })
    expect(answer).toMatchObject({ status: 200, json: { claim_id: 'C-1' } })
  })
})
