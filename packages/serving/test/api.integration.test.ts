import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  batchPredictionSchema,
  evaluationSchema,
  predictionSchema,
  problemSchema,
  type BundleFiles,
} from '@claims/contracts'
import type { Scorer } from '@claims/scoring'
import { createApi, ModelHolder, startServer, type Logger, type RunningServer } from '@claims/serving'
import { loadExampleScorer, writeExampleModel } from './example-model.ts'

const now = new Date('2026-02-03T04:05:06.000Z')
const claim = { claim_id: 'C-1', claim_amount: 25_000, policy_duration: 24, claim_type: 'auto' }

let root: string
let holder: ModelHolder
let server: RunningServer
let shutdown: AbortController
const lines: { fields: object; message: string }[] = []
const keep = (fields: object, message: string): void => {
  lines.push({ fields, message })
}
const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-api-'))
  await writeExampleModel(join(root, 'bundle'))
  holder = new ModelHolder({ loadScorer: loadExampleScorer, clock: { now: () => now }, reasons: 3 })
  await holder.serve({ directory: join(root, 'bundle'), name: 'fraud', version: '3' })
  shutdown = new AbortController()
  const app = createApi({
    ...{ holder, logger, environment: 'development', clock: { now: () => now } },
    shutdown: shutdown.signal,
  })
  server = await startServer(app, { port: 0 })
})
beforeEach(() => {
  lines.length = 0
})
afterAll(async () => {
  await server.close()
  await holder.dispose()
  await rm(root, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

async function call(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, init)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : null,
  }
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return await call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  })
}

function expectProblem(answer: Answer, status: number, code: string): (typeof problemSchema)['_output'] {
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const problem = problemSchema.parse(answer.json)
  expect(problem).toMatchObject({ status, code, request_id: answer.headers.get('x-request-id') })
  expect(answer.text).not.toMatch(/\\n\s+at |node_modules|\.ts\b/)
  return problem
}

describe('POST /api/v1/predict', () => {
  test('scores one claim', async () => {
    const answer = await post('/api/v1/predict', claim, { 'x-request-id': 'call-7' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    const prediction = predictionSchema.parse(answer.json)
    const probability = 1 / (1 + Math.exp(-1.5))
    expect(prediction).toMatchObject({
      claim_id: 'C-1',
      risk_level: 'high',
      risk_band: 'CRITICAL',
      decision: 'manual_review',
      high_risk_probability: probability,
      low_risk_probability: 1 - probability,
      risk_score: probability,
      confidence: probability,
      model_name: 'fraud',
      model_version: '3',
      timestamp: now.toISOString(),
      request_id: 'call-7',
    })
    expect(prediction.risk_factors).toHaveLength(1)
    expect(prediction.processing_time_ms).toBeGreaterThan(0)
    expect(prediction.processing_time_ms).toBeLessThan(5000)
  })

  test('names each invalid field', async () => {
    const answer = await post('/api/v1/predict', { claim_id: 'C-2', claim_amount: -4 })
    expect(expectProblem(answer, 422, 'invalid_claim').errors).toEqual([
      { field: 'claim_amount', problem: 'is not above 0', allowed: 'a number above 0', received: -4 },
    ])
  })

  test('never echoes a sensitive value', async () => {
    const answer = await post('/api/v1/predict', { ...claim, customer_gender: 'very-private' })
    expect(expectProblem(answer, 422, 'invalid_claim').errors).toMatchObject([{ field: 'customer_gender' }])
    expect(answer.text).not.toContain('very-private')
    expect(JSON.stringify(lines)).not.toContain('very-private')
  })

  test.each([
    ['an array', []],
    ['a number', 5],
    ['null', null],
    ['a text', '"x"'],
  ])('%s is no claim', async (_, body) => {
    expectProblem(await post('/api/v1/predict', body), 422, 'invalid_claim')
  })

  test('a defect of ours tells nothing but the id that finds it in the log', async () => {
    const answer = await post('/api/v1/predict', { ...claim, claim_id: 'explode' })
    const problem = expectProblem(answer, 500, 'internal')
    expect(answer.text).not.toContain('secret detail')
    const logged = lines.find((line) => line.message.includes('secret detail'))
    expect(logged?.fields).toMatchObject({ request_id: problem.request_id, code: 'internal' })
  })

  test('gzip is read', async () => {
    const answer = await post('/api/v1/predict', gzipSync(JSON.stringify(claim)), {
      'content-encoding': 'gzip',
    })
    expect(answer.status).toBe(200)
  })
})

describe('POST /api/v1/predict/batch', () => {
  const mixed = [claim, { claim_id: 'C-2' }, 7, { ...claim, claim_id: 'C-3', claim_amount: 100 }]

  test.each([
    ['an object', { claims: mixed }],
    ['a bare array', mixed],
  ])('%s: one result per claim, in order, errors in place', async (_, body) => {
    const answer = await post('/api/v1/predict/batch', body)
    expect(answer.status).toBe(200)
    const { results, summary } = batchPredictionSchema.parse(answer.json)
    expect(results.map((result) => result.claim_id)).toEqual(['C-1', 'C-2', null, 'C-3'])
    expect(results[1]).toMatchObject({
      error: { status: 422, code: 'invalid_claim', errors: [{ field: 'claim_amount' }] },
    })
    expect(results[3]).toMatchObject({ risk_level: 'low', decision: 'auto_approve' })
    expect(summary).toMatchObject({ claims: 4, scored: 2, rejected: 2, high_risk: 1 })
  })

  test('1,000 claims are scored, 1,001 are refused', async () => {
    const claims = Array.from({ length: 1001 }, (_, i) => ({ ...claim, claim_id: `C-${String(i)}` }))
    const answer = await post('/api/v1/predict/batch', { claims: claims.slice(1) })
    expect(batchPredictionSchema.parse(answer.json).summary.scored).toBe(1000)
    const refused = expectProblem(await post('/api/v1/predict/batch', { claims }), 400, 'batch_too_large')
    expect(refused.errors).toMatchObject([{ field: 'claims', allowed: 'at most 1000', received: 1001 }])
  })

  test('an empty batch is answered', async () => {
    const answer = await post('/api/v1/predict/batch', [])
    expect(answer.json).toMatchObject({ results: [], summary: { claims: 0, scored: 0 } })
  })

  test.each([
    [{ rows: [] }, 'claims', 'is absent'],
    [{ claims: 'C-1' }, 'claims', 'is no array'],
    ['5', 'body', 'is no array'],
  ])('%j is no batch', async (body, field, problem) => {
    const answer = await post('/api/v1/predict/batch', body)
    expect(expectProblem(answer, 400, 'invalid_usage').errors).toMatchObject([{ field, problem }])
  })
})

describe('bad input', () => {
  test.each([
    ['{"claim_id": C-1}', 'position 13 (line 1, column 14)'],
    ['{"claim_id": "C-1",\n  "claim_amount": 5 6}', 'position 40 (line 2, column 21)'],
    ['{"claim_id": "C-1"', 'position 18 (line 1, column 19)'],
    ['{"claim_id": "C-1', 'position 17 (line 1, column 18)'],
    ['<claim/>', 'position 0 (line 1, column 1)'],
  ])('invalid JSON %s is refused with its place and without a quote', async (body, place) => {
    const answer = await post('/api/v1/predict', body)
    const problem = expectProblem(answer, 400, 'invalid_json')
    expect(problem.errors[0]?.problem).toContain(place)
    expect(answer.text).not.toContain('C-1')
  })

  test('an empty body', async () => {
    expectProblem(await post('/api/v1/predict', ''), 400, 'invalid_json')
    expectProblem(await call('/api/v1/predict', { method: 'POST' }), 400, 'invalid_json')
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('content type %s', async (type) => {
    const answer = await post('/api/v1/predict', claim, { 'content-type': type })
    expect(expectProblem(answer, 415, 'unsupported_media_type').errors).toMatchObject([
      { field: 'content-type' },
    ])
  })

  test.each([
    ['content-encoding', 'secret'],
    ['content-type', 'application/json; charset=latin1'],
  ])('unsupported %s %s', async (name, value) => {
    expectProblem(await post('/api/v1/predict', claim, { [name]: value }), 415, 'unsupported_media_type')
  })

  test('a body of 20 MB, its length stated', async () => {
    const answer = await post(
      '/api/v1/predict',
      JSON.stringify({ ...claim, claim_description: 'x'.repeat(20_000_000) }),
    )
    expect(expectProblem(answer, 413, 'body_too_large').errors).toMatchObject([
      { field: 'body', allowed: 'at most 10000000 bytes' },
    ])
  })

  test('a body of 20 MB in chunks, and one that grows when it is unpacked', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(1_000_000))
    let left = 20
    const body = new ReadableStream({
      pull: (controller) => {
        if (left-- > 0) controller.enqueue(chunk)
        else controller.close()
      },
    })
    const headers = { 'content-type': 'application/json' }
    expectProblem(
      await call('/api/v1/predict', { method: 'POST', headers, body, duplex: 'half' }),
      413,
      'body_too_large',
    )
    const packed = gzipSync(Buffer.alloc(20_000_000, ' '))
    expectProblem(
      await post('/api/v1/predict', packed, { 'content-encoding': 'gzip' }),
      413,
      'body_too_large',
    )
  })

  test('an unknown address', async () => {
    expectProblem(await call('/api/v1/nothing'), 404, 'not_found')
    expectProblem(await call('/%E0%A4%A'), 404, 'not_found')
  })

  test.each([
    ['GET', '/api/v1/predict', 'POST, OPTIONS'],
    ['DELETE', '/api/v1/predict/batch', 'POST, OPTIONS'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['PUT', '/api/v1/models/current', 'GET, HEAD, OPTIONS'],
    ['POST', '/metrics', 'GET, HEAD, OPTIONS'],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    const answer = await call(path, { method })
    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe(allowed)
  })

  test('what is no HTTP at all', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(server.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      let received = ''
      socket.on('data', (data) => (received += String(data)))
      socket.on('end', () => {
        resolve(received)
      })
      socket.on('error', reject)
    })
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(problemSchema.parse(JSON.parse(text.split('\r\n\r\n')[1] ?? ''))).toMatchObject({ status: 400 })
  })
})

describe('request ids', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  test.each([
    [{ 'x-request-id': 'abc_1.2:3-4' }, /^abc_1\.2:3-4$/],
    [{ 'x-request-id': 'a'.repeat(129) }, uuid],
    [{ 'x-request-id': 'a b' }, uuid],
    [{ 'x-request-id': '<script>' }, uuid],
    [{ traceparent: trace }, /^4bf92f3577b34da6a3ce929d0e0e4736$/],
    [{ traceparent: trace, 'x-request-id': 'mine' }, /^mine$/],
    [{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, uuid],
    [{}, uuid],
  ])('%j', async (headers, expected) => {
    const { headers: answered } = await call('/health/live', { headers: headers as Record<string, string> })
    expect(answered.get('x-request-id')).toMatch(expected)
  })
})

describe('what serves', () => {
  test('GET /api/v1/models/current', async () => {
    const { status, json } = await call('/api/v1/models/current')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      name: 'fraud',
      version: '3',
      since: now.toISOString(),
      headline: { roc_auc: 0.8 },
      policy: { threshold: { value: 0.5 } },
      input_schema: {
        required: ['claim_id', 'claim_amount'],
        allOf: [
          { not: { required: ['policy_duration', 'policy_tenure'] } },
          { anyOf: [{ required: ['policy_duration'] }, { required: ['policy_tenure'] }] },
        ],
        properties: {
          claim_amount: {
            type: ['number', 'string'],
            anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 }, { type: 'string' }],
            description: 'Unit: USD',
          },
          claim_type: {
            type: ['string', 'null'],
            anyOf: [{ enum: ['auto', 'home'] }, { type: 'string' }, { type: 'string' }, { type: 'null' }],
          },
        },
      },
    })
    const { evaluation, input_schema: schema } = json as {
      evaluation: unknown
      input_schema: { properties: object }
    }
    expect(evaluationSchema.parse(evaluation).test.rows).toBe(20)
    expect(Object.keys(schema.properties)).not.toContain('fraud')
  })

  test('health', async () => {
    expect((await call('/health/live')).json).toEqual({ status: 'up' })
    expect((await call('/health/ready')).json).toEqual({
      status: 'ready',
      model_name: 'fraud',
      model_version: '3',
    })
    expect((await call('/health')).json).toMatchObject({
      status: 'up',
      environment: 'development',
      dependencies: { process: { status: 'up' }, model: { status: 'up', name: 'fraud', version: '3' } },
    })
    expect(await call('/health', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    const options = await call('/health', { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })

  test('GET /metrics counts what was done', async () => {
    const value = async (line: string): Promise<number> => {
      const { text } = await call('/metrics')
      const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `))
      return found === undefined ? 0 : Number(found.split(' ').at(-1))
    }
    const requests = 'claims_http_requests_total{method="POST",route="/api/v1/predict",status="200"}'
    const latency = 'claims_http_request_duration_seconds_count{route="/api/v1/predict",status="200"}'
    const high = 'claims_predictions_total{risk_level="high",model_name="fraud",model_version="3"}'
    const before = [
      await value(requests),
      await value(latency),
      await value(high),
      await value('claims_rejected_total{model_name="fraud",model_version="3"}'),
    ]
    await post('/api/v1/predict', claim)
    await post('/api/v1/predict', {})
    expect(await value(requests)).toBe((before[0] ?? 0) + 1)
    expect(await value(latency)).toBe((before[1] ?? 0) + 1)
    expect(await value(high)).toBe((before[2] ?? 0) + 1)
    expect(await value('claims_rejected_total{model_name="fraud",model_version="3"}')).toBe(
      (before[3] ?? 0) + 1,
    )
    expect(await value('claims_model_info{model_name="fraud",model_version="3"}')).toBe(1)
    expect(await value('claims_http_requests_in_flight')).toBe(1)
    expect(await value('process_cpu_seconds_total')).toBeGreaterThan(0)
    await call('/somewhere/else')
    expect(
      await value('claims_http_requests_total{method="GET",route="unmatched",status="404"}'),
    ).toBeGreaterThan(0)
  })

  test('GET /openapi.json describes every route, and its references and example hold', async () => {
    const { json, text } = await call('/openapi.json')
    const document = json as {
      openapi: string
      paths: Record<
        string,
        Record<string, { requestBody?: { content: { 'application/json': { example: unknown } } } }>
      >
      components: { schemas: Record<string, unknown>; responses: Record<string, unknown> }
    }
    expect(document.openapi).toBe('3.1.0')
    for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(Object.keys(document.components[kind as 'schemas'])).toContain(name)
    }
    expect(document.components.schemas['Claim']).toMatchObject({ properties: { policy_tenure: {} } })
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        expect([path, (await call(path, { method: method.toUpperCase() })).status]).not.toEqual([path, 404])
        expect([path, (await call(path, { method: method.toUpperCase() })).status]).not.toEqual([path, 405])
      }
    }
    const example =
      document.paths['/api/v1/predict']?.['post']?.requestBody?.content['application/json'].example
    expect((await post('/api/v1/predict', example)).status).toBe(200)
  })

  test('GET /docs needs nothing from elsewhere', async () => {
    const page = await call('/docs')
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/https?:|<script>|style=/)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(links).toHaveLength(4)
    for (const link of links) {
      const asset = await call(new URL(link, 'http://x/docs').pathname)
      expect([link, asset.status]).toEqual([link, 200])
      expect(asset.text.length).toBeGreaterThan(50)
    }
    expect((await call('/docs/package.json')).status).toBe(404)
  })

  test('every answer carries the safety headers', async () => {
    for (const path of ['/health', '/api/v1/models/current', '/nothing', '/metrics', '/openapi.json']) {
      const { headers } = await call(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })
})

describe('ModelHolder', () => {
  test('a new model takes over; a damaged one does not', async () => {
    const loaded: Awaited<ReturnType<typeof loadExampleScorer>>[] = []
    const loadScorer = async (bundle: BundleFiles): Promise<Scorer> => {
      const scorer = await loadExampleScorer(bundle)
      loaded.push(scorer)
      return scorer
    }
    const own = new ModelHolder({ loadScorer, clock: { now: () => now }, reasons: 3 })
    expect(() => own.require()).toThrow(expect.objectContaining({ code: 'model_unavailable' }))
    await writeExampleModel(join(root, 'one'), { weight: 1 })
    await writeExampleModel(join(root, 'two'), { weight: 2 })
    const one = await own.serve({ directory: join(root, 'one') })
    expect(one).toMatchObject({ name: 'example', version: expect.stringMatching(/^[0-9a-f]{12}$/) })
    const two = await own.serve({ directory: join(root, 'two'), name: 'fraud', version: '2' })
    expect(own.current).toBe(two)
    expect(loaded.map((scorer) => scorer.disposed())).toEqual([true, false])
    expect(one.scorer).toBe(loaded[0])

    await appendFile(join(root, 'one', 'model', 'weight.json'), ' ')
    await expect(own.serve({ directory: join(root, 'one') })).rejects.toMatchObject({
      code: 'damaged_bundle',
    })
    expect(own.failure?.code).toBe('damaged_bundle')
    expect(own.require().scorer.scoreRecords([claim], { reasons: 0, now })).toMatchObject([{ ok: true }])

    await own.dispose()
    expect(own.current).toBeNull()
  })

  test('an api without a model says so and stays alive', async () => {
    const empty = new ModelHolder({ loadScorer: loadExampleScorer, clock: { now: () => now }, reasons: 3 })
    const app = createApi({ holder: empty, environment: 'development' })
    const other = await startServer(app, { port: 0 })
    const statuses: number[] = []
    for (const path of ['/health/live', '/health/ready', '/health', '/api/v1/models/current', '/metrics']) {
      statuses.push((await fetch(other.url + path)).status)
    }
    expect(statuses).toEqual([200, 503, 503, 503, 200])
    await other.close()
  })
})

describe('startServer', () => {
  test('a taken port and an address of another machine', async () => {
    const app = createApi({ holder, environment: 'development' })
    await expect(startServer(app, { port: server.port })).rejects.toMatchObject({ code: 'address_in_use' })
    await expect(startServer(app, { port: 0, host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'invalid_configuration',
    })
  })

  test('closing finishes the request in flight, is not ready meanwhile, and accepts nothing new', async () => {
    const stop = new AbortController()
    const app = createApi({ holder, environment: 'development', shutdown: stop.signal })
    const own = await startServer(app, {
      port: 0,
      onClosing: () => {
        stop.abort()
      },
    })
    await fetch(`${own.url}/health/live`)
    const body = JSON.stringify(claim)
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
    const slow = httpRequest(`${own.url}/api/v1/predict`, { method: 'POST', headers })
    const answered = new Promise<{ status: number | undefined; connection: string | undefined }>(
      (resolve, reject) => {
        slow.on('error', reject)
        slow.on('response', (response) => {
          response.resume()
          response.on('end', () => {
            resolve({ status: response.statusCode, connection: response.headers.connection })
          })
        })
      },
    )
    await new Promise((resolve) => slow.write(body.slice(0, 10), resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closing = own.close()
    let closed = false
    void closing.then(() => {
      closed = true
    })
    await expect(fetch(`${own.url}/health/live`)).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(closed).toBe(false)
    slow.end(body.slice(10))
    expect((await answered).status).toBe(200)
    await closing
    await own.close()
  })

  test('readiness is false once the shutdown begins', async () => {
    const stop = new AbortController()
    const own = await startServer(createApi({ holder, environment: 'development', shutdown: stop.signal }), {
      port: 0,
    })
    stop.abort()
    const ready = await fetch(`${own.url}/health/ready`)
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
    expect(await ready.json()).toMatchObject({ code: 'shutting_down' })
    expect((await fetch(`${own.url}/health/live`)).status).toBe(200)
    await own.close()
  })

  test('a request that does not finish is cut off after the time for it', async () => {
    const own = await startServer(createApi({ holder, environment: 'development' }), {
      port: 0,
      drainMilliseconds: 100,
    })
    const stuck = httpRequest(`${own.url}/api/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '100' },
    })
    const failed = new Promise((resolve) => stuck.on('error', resolve))
    await new Promise((resolve) => stuck.write('{', resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const start = performance.now()
    await own.close()
    expect(performance.now() - start).toBeLessThan(2000)
    await failed
  })
})
