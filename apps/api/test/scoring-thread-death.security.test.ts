import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { problemSchema, systemClock } from '@claims/contracts'
import { loadScorer } from '@claims/scoring'
import {
  createApi,
  createMetrics,
  ModelHolder,
  ScoringThread,
  startServer,
  type RunningServer,
} from '@claims/serving'
import { claim, trainBundle } from './trained-bundles.ts'

/** Enough to load the bundle and to score batches, too little for what `hostile` is parsed to. */
const heapMegabytes = 32
/** A batch that is scored on the thread. */
const batch = JSON.stringify([
  claim,
  { ...claim, claim_id: 'C-2', claim_amount: -1 },
  { ...claim, claim_id: 'C-3' },
])
const hostile = `[${Array.from({ length: 280 }, (_, i) => {
  const fields = Array.from({ length: 500 }, (_, j) => `"${String(i)}_${String(j)}":{}`)
  return `{${fields.join(',')}}`
}).join(',')}]`

let root: string
let server: RunningServer
let holder: ModelHolder
let thread: ScoringThread
const metrics = createMetrics()
const deaths: string[] = []

beforeAll(async () => {
  const trained = await trainBundle(5)
  root = trained.root
  thread = new ScoringThread({ threads: 1, heapMegabytes, onDeath: (reason) => deaths.push(reason) })
  holder = new ModelHolder({
    loadScorer: (bundle) => loadScorer(bundle, { threads: 1 }),
    ...{ clock: systemClock, reasons: 4, thread },
  })
  await holder.serve({ directory: trained.bundle })
  const limits = { threadBytes: 500 }
  server = await startServer(createApi({ holder, environment: 'test', metrics, limits }), {
    port: 0,
    metrics,
  })
}, 180_000)
afterAll(async () => {
  await server.close()
  await holder.dispose()
  await thread.close()
  await rm(root, { recursive: true, force: true })
})

async function post(body: string): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${server.url}/api/v1/predict/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return { status: response.status, answer: await response.json() }
}

/** What is the same at every call. */
function scores(answer: unknown): unknown {
  const { results } = answer as { results: Record<string, unknown>[] }
  return results.map(
    ({ claim_id: id, high_risk_probability: probability, risk_factors: factors, error }) => ({
      ...{ id, probability, factors },
      code: (error as { code?: string } | undefined)?.code,
    }),
  )
}

describe('a scoring thread that dies of a body', () => {
  test('that request is told so, those that wait and the next ones get the same scores as before', async () => {
    const before = await post(batch)
    expect(before.status).toBe(200)
    expect(scores(before.answer)).toMatchObject([{ id: 'C-1' }, { code: 'invalid_claim' }, { id: 'C-3' }])

    const [killed, ...waiting] = await Promise.all([post(hostile), post(batch), post(batch)])
    expect(killed.status).toBe(503)
    expect(problemSchema.parse(killed.answer)).toMatchObject({
      code: 'scoring_interrupted',
      errors: [{ field: 'body' }],
    })
    expect(deaths).toHaveLength(1)
    for (const { status, answer } of [...waiting, await post(batch)]) {
      expect(status).toBe(200)
      expect(scores(answer)).toEqual(scores(before.answer))
    }
    expect(thread.deaths).toBe(1)
    const health = (await (await fetch(`${server.url}/health`)).json()) as Record<string, unknown>
    expect(health).toMatchObject({ status: 'up', dependencies: { scoring_thread: { restarts: 1 } } })
  }, 120_000)
})
