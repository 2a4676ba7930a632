import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { readConfig, startApi, type RunningApi } from '@claims/api'
import { claims } from '@claims/blueprints'
import {
  batchPredictionSchema,
  type Prediction,
  predictionSchema,
  problemSchema,
  systemClock,
} from '@claims/contracts'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { train } from '@claims/pipeline'
import { loadScorer } from '@claims/scoring'
import { DirectoryModelRegistry, openBundle } from '@claims/registry'
import { TestPerson } from '@claims/registry/testing'
import { ModelHolder, ScoringThread } from '@claims/serving'

const quiet = { port: 0, logLevel: 'silent' } as const
const claim = {
  claim_id: 'C-1',
  customer_id: 'K-7',
  claim_amount: 38_000,
  claim_type: 'auto',
  claim_date: '2026-02-03',
  customer_age: 41,
  policy_tenure: 1,
  previous_claims: 4,
  claim_description: 'total loss, no witness',
  policy_start_date: '2026-01-10',
  policy_coverage: 40_000,
  policy_type: 'auto',
  customer_gender: 'female',
}

let root: string
let bundle: string
let registryRoot: string
let api: RunningApi

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-api-'))
  bundle = join(root, 'bundle')
  registryRoot = join(root, 'registry')
  const data = join(root, 'claims.csv')
  await writeClaims(data, generateClaims({ rows: 1500, seed: 3 }))
  await train({ ...{ data, by: { blueprint: claims }, out: bundle, folds: 2 }, ...{ seed: 3, threads: 1 } })
  const registry = new DirectoryModelRegistry(registryRoot)
  await registry.register('claims', bundle)
  const grace = await TestPerson.enroll(registry, 'grace')
  await grace.promoteWith('claims', '1', { actor: 'a test', reason: 'to serve it' })
  api = await startApi({ ...quiet, model: 'claims', registry: new DirectoryModelRegistry(registryRoot) })
}, 180_000)
afterAll(async () => {
  await api.close()
  await rm(root, { recursive: true, force: true })
})

async function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
}

describe('a trained model behind the api', () => {
  test('serves the champion of the registry', async () => {
    expect(api.model).toEqual({ name: 'claims', version: '1' })
    const current = (await (await fetch(`${api.url}/api/v1/models/current`)).json()) as object
    expect(current).toMatchObject({ name: 'claims', version: '1', evaluation: { label: 'is_high_risk' } })
  })

  test('one claim: a prediction with reasons, its parts in agreement', async () => {
    const response = await post('/api/v1/predict', claim)
    const body: unknown = await response.json()
    expect({ status: response.status, body }).toMatchObject({ status: 200 })
    const prediction = predictionSchema.parse(body)
    expect(prediction.claim_id).toBe('C-1')
    expect(prediction.risk_factors.length).toBeGreaterThan(0)
    expect(prediction.risk_factors.length).toBeLessThanOrEqual(5)
    expect(prediction.risk_factors.map((factor) => factor.feature)).not.toContain('customer_gender')
    expect(prediction.low_risk_probability).toBe(1 - prediction.high_risk_probability)
    expect(prediction.decision).toBe(prediction.risk_level === 'high' ? 'manual_review' : 'auto_approve')
  })

  test('alone, in a batch and in process a claim gets the same bits', async () => {
    const claimsToScore = Array.from({ length: 50 }, (_, i) => ({
      ...claim,
      claim_id: `C-${String(i)}`,
      claim_amount: 500 + 777 * i,
      claim_type: 'home',
      policy_type: 'home',
    }))
    const batch = batchPredictionSchema.parse(
      await (await post('/api/v1/predict/batch', claimsToScore)).json(),
    )
    const scorer = await loadScorer(await openBundle(bundle), { threads: 1 })
    const direct = scorer.scoreRecords(claimsToScore, { reasons: 4 })
    scorer.dispose()
    for (const [i, one] of claimsToScore.entries()) {
      const alone = (await (await post('/api/v1/predict', one)).json()) as Prediction
      expect(batch.results[i]).toMatchObject({
        high_risk_probability: alone.high_risk_probability,
        risk_factors: alone.risk_factors,
      })
      expect(direct[i]).toMatchObject({ ok: true, probability: alone.high_risk_probability })
    }
  })

  test('an invalid claim: every field is named, the sensitive one without its value', async () => {
    const { policy_coverage: _, ...rest } = claim
    const response = await post('/api/v1/predict', {
      ...rest,
      claim_amount: 'much',
      claim_date: '2026-02-30',
      customer_age: 12,
      customer_gender: { text: 'very-private' },
    })
    const text = await response.text()
    expect({ status: response.status, text }).toMatchObject({ status: 422 })
    const problem = problemSchema.parse(JSON.parse(text))
    expect(problem.code).toBe('invalid_claim')
    const fields = problem.errors.map((error) => error.field)
    expect(fields).toEqual(
      expect.arrayContaining([
        'claim_amount',
        'claim_date',
        'customer_age',
        'customer_gender',
        'policy_coverage',
      ]),
    )
    expect(text).not.toContain('very-private')
  })

  test('a batch with broken rows scores the others, in order', async () => {
    const rows = [
      claim,
      null,
      { ...claim, claim_id: 'C-2', claim_type: 'boat' },
      { ...claim, claim_id: 'C-3' },
    ]
    const batch = batchPredictionSchema.parse(
      await (await post('/api/v1/predict/batch', { claims: rows })).json(),
    )
    expect(batch.results.map((result) => [result.claim_id, 'error' in result])).toEqual([
      ['C-1', false],
      [null, true],
      ['C-2', true],
      ['C-3', false],
    ])
    expect(batch.summary).toMatchObject({ claims: 4, scored: 2, rejected: 2 })
  })

  test('the example of the api’s description is scored', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      paths: {
        '/api/v1/predict': { post: { requestBody: { content: Record<string, { example: object }> } } }
      }
    }
    const { example } = document.paths['/api/v1/predict'].post.requestBody.content['application/json'] ?? {}
    expect(example).not.toHaveProperty('customer_gender')
    const response = await post('/api/v1/predict', example)
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200 })
  })
})

describe('the registry over HTTP', () => {
  async function get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(api.url + path)
    return { status: response.status, body: await response.json() }
  }

  test('lists models and shows a version with its evaluation and schema', async () => {
    expect(await get('/api/v1/models')).toEqual({
      status: 200,
      body: {
        models: [
          {
            ...{ name: 'claims', latest_version: '1', versions: 1, aliases: { champion: '1' } },
            stages: { Production: '1' },
          },
        ],
        damaged: [],
      },
    })
    expect(await get('/api/v1/models/claims/versions/1')).toMatchObject({
      status: 200,
      body: {
        ...{ name: 'claims', version: '1', aliases: ['champion'] },
        evaluation: { label: 'is_high_risk' },
        input_schema: { properties: { policy_tenure: {} } },
      },
    })
  })

  test('lists versions by pages', async () => {
    expect(await get('/api/v1/models/claims/versions?limit=1')).toMatchObject({
      status: 200,
      body: { name: 'claims', versions: [{ version: '1', stage: 'Production' }], total: 1, next: null },
    })
    for (const query of ['limit=0', 'limit=x', 'limit=1&limit=2', 'cursor=garbage'])
      expect(await get(`/api/v1/models/claims/versions?${query}`)).toMatchObject({
        ...{ status: 400, body: { code: 'invalid_parameter' } },
      })
    expect((await get('/api/v1/models/nothing/versions')).status).toBe(404)
  })

  test('a damaged version is told without the place of its files; a known one is not read again', async () => {
    const registry = new DirectoryModelRegistry(registryRoot)
    await cp(bundle, join(root, 'same'), { recursive: true })
    await appendFile(join(root, 'same', 'manifest.json'), ' ')
    await registry.register('same', join(root, 'same'))
    expect((await get('/api/v1/models/same/versions/1')).status).toBe(200)
    await appendFile(join(await (await registry.resolve('same@1')).locate(), 'model-card.md'), 'more')
    expect((await get('/api/v1/models/same/versions/1')).status).toBe(200)
    const fresh = await startApi({
      ...quiet,
      model: 'claims',
      registry: new DirectoryModelRegistry(registryRoot),
    })
    const response = await fetch(`${fresh.url}/api/v1/models/same/versions/1`)
    const text = await response.text()
    await fresh.close()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'damaged_bundle', errors: [{ field: 'model-card.md' }] })
    expect(text).not.toContain(root)
  })

  test('a damaged history hides no other model, and its place is not told', async () => {
    await mkdir(join(registryRoot, 'broken', 'history.jsonl'), { recursive: true })
    const { status, body } = await get('/api/v1/models')
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        models: [{ name: 'claims' }, { name: 'same' }],
        damaged: [
          {
            ...{ name: 'broken', code: 'unreadable_storage' },
            title: 'The registry or a bundle cannot be read or written',
          },
        ],
      },
    })
    const version = await get('/api/v1/models/broken/versions/1')
    expect(version).toMatchObject({ status: 500, body: { code: 'unreadable_storage' } })
    expect(JSON.stringify([body, version])).not.toContain(root)
    await rm(join(registryRoot, 'broken'), { recursive: true })
  })

  test.each([
    ['/api/v1/models/claims/versions/9', 404, 'unknown_version'],
    ['/api/v1/models/claims/versions/champion', 404, 'unknown_version'],
    ['/api/v1/models/nothing/versions/1', 404, 'unknown_model'],
    ['/api/v1/models/..%2Fbundle/versions/1', 400, 'invalid_parameter'],
    ['/api/v1/models/%E0%A4%A/versions/1', 400, 'malformed_request'],
  ])('%s', async (path, status, code) => {
    expect(await get(path)).toMatchObject({ status, body: { code } })
  })
})

describe('startApi', () => {
  test('a bundle that is replaced while it is loaded serves as it was opened, on every thread', async () => {
    const directory = join(root, 'replaced')
    await cp(bundle, directory, { recursive: true })
    const thread = new ScoringThread({ threads: 1, onDeath: () => undefined })
    const holder = new ModelHolder({
      loadScorer: async (opened) => {
        await rm(directory, { recursive: true })
        return await loadScorer(opened, { threads: 1 })
      },
      ...{ clock: systemClock, reasons: 0, thread },
    })
    const { manifestSha256 } = await openBundle(bundle)
    expect(await holder.serve({ directory })).toMatchObject({ manifestSha256, exampleScore: { ok: true } })
    await holder.dispose()
    await thread.close()
  })

  test('a bundle is served under its own name', async () => {
    const other = await startApi({ ...quiet, bundle })
    expect(other.model).toEqual({ name: 'claims', version: expect.stringMatching(/^[0-9a-f]{12}$/) })
    expect((await fetch(`${other.url}/health/ready`)).status).toBe(200)
    await other.close()
    await expect(fetch(`${other.url}/health/ready`)).rejects.toThrow()
  })

  test.each([
    ['unknown_model', { model: 'nothing' }],
    ['unknown_version', { model: 'claims@9' }],
    ['unknown_alias', { model: 'claims@shadow' }],
    ['invalid_parameter', { model: '../bundle' }],
    ['file_not_found', { bundle: 'nowhere' }],
    ['invalid_configuration', {}],
    ['invalid_configuration', { model: 'claims', bundle: 'bundle' }],
    ['invalid_configuration', { model: 'claims', host: '0.0.0.0' }],
    ['invalid_configuration', { model: 'claims', environment: 'production' as const }],
  ])('%s: %j', async (code, options) => {
    await expect(
      startApi({ ...quiet, registry: new DirectoryModelRegistry(registryRoot), ...options }),
    ).rejects.toMatchObject({ code })
  })

  test('a damaged bundle and a taken port', async () => {
    const damaged = join(root, 'damaged')
    await cp(bundle, damaged, { recursive: true })
    await appendFile(join(damaged, 'policy.json'), ' ')
    await expect(startApi({ ...quiet, bundle: damaged })).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'policy.json' }],
    })
    await expect(startApi({ ...quiet, bundle, port: api.port })).rejects.toMatchObject({
      code: 'address_in_use',
    })
  })
})

describe('the program', () => {
  interface Line {
    readonly level: string
    readonly msg: string
    readonly url?: string
    readonly code?: string
  }

  const started: ChildProcessByStdio<null, null, Readable>[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  function run(variables: Record<string, string>): {
    child: ChildProcessByStdio<null, null, Readable>
    exit: Promise<unknown[]>
    line: (matches: (line: Line) => boolean) => Promise<Line>
  } {
    const main = join(import.meta.dirname, '..', 'src', 'main.ts')
    const child = spawn(process.execPath, ['--conditions=@claims/source', main], {
      env: variables,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    started.push(child)
    const exit = once(child, 'exit')
    const lines: Line[] = []
    let text = ''
    child.stderr.on('data', (data: Buffer) => {
      text += String(data)
      const parts = text.split('\n')
      text = parts.pop() ?? ''
      lines.push(...parts.filter((part) => part.startsWith('{')).map((part) => JSON.parse(part) as Line))
    })
    const line = async (matches: (line: Line) => boolean): Promise<Line> => {
      for (;;) {
        const found = lines.find(matches)
        if (found !== undefined) return found
        if (child.exitCode !== null && text === '')
          throw new Error(`No such line among ${JSON.stringify(lines)}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    return { child, exit, line }
  }

  test('serves, says that authentication is off, and ends on SIGTERM', async () => {
    const { child, exit, line } = run({ CLAIMS_BUNDLE: bundle, PORT: '0' })
    const { url } = await line((candidate) => candidate.url !== undefined)
    await line((candidate) => candidate.msg.includes('authentication is off'))
    expect(await line((candidate) => candidate.level === 'warn')).toMatchObject({
      msg: expect.stringContaining('the bundle warns: '),
    })
    expect((await fetch(`${String(url)}/health/ready`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })

  test('says why it cannot start, and ends with the exit code of the error', async () => {
    const { exit, line } = run({ CLAIMS_BUNDLE: bundle, CLAIMS_ENVIRONMENT: 'production' })
    expect(await exit).toEqual([2, null])
    expect(await line((candidate) => candidate.level === 'fatal')).toMatchObject({
      code: 'invalid_configuration',
    })
  })
})

test('readConfig and startApi fit together', async () => {
  const other = await startApi(readConfig({ CLAIMS_BUNDLE: bundle, PORT: '0', LOG_LEVEL: 'silent' }))
  await other.close()
})
