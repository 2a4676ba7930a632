import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MlflowClient, type LogEvent } from '../src/index.ts'
import { sendBatch, type RefusedEntry } from '../src/run/send-batch.ts'
import { startLocalServer } from './servers/local-server.ts'

interface Sent {
  readonly run_id: string
  readonly metrics?: readonly { readonly key: string; readonly step?: number }[]
  readonly params?: readonly { readonly key: string; readonly value: string }[]
  readonly tags?: readonly { readonly key: string; readonly value: string }[]
}

/** A server of one run that refuses what the client has no rule for; a call is all or nothing. */
class RefusingServer {
  readonly kept: string[] = []
  calls = 0
  /** Refuses everything, as for a run that is deleted. */
  gone = false

  readonly listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const { pathname } = new URL(request.url ?? '', 'http://x')
      const json = (status: number, answer: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      }
      const run = { info: { run_id: 'r', experiment_id: '1', status: 'RUNNING', lifecycle_stage: 'active' } }
      if (pathname.endsWith('/get-by-name')) json(200, { experiment: { experiment_id: '1', name: 'e' } })
      else if (pathname.endsWith('/runs/search')) json(200, {})
      else if (pathname.endsWith('/runs/create') || pathname.endsWith('/runs/get')) json(200, { run })
      else if (pathname.endsWith('/runs/update')) json(200, { run_info: run.info })
      else if (!pathname.endsWith('/log-batch')) json(404, { error_code: 'ENDPOINT_NOT_FOUND' })
      else {
        this.calls += 1
        const { metrics = [], params = [], tags = [] } = JSON.parse(body) as Sent
        const names = [
          ...metrics.map(({ key, step }) => `metric ${key} ${step}`),
          ...params.map(({ key }) => `param ${key}`),
          ...tags.map(({ key }) => `tag ${key}`),
        ]
        const bad = names.find((name) => name.includes('cursed'))
        if (this.gone) json(400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'the run is deleted' })
        else if (bad !== undefined) json(400, { error_code: 'INVALID_PARAMETER_VALUE', message: `no ${bad}` })
        else {
          this.kept.push(...names)
          json(200, {})
        }
      }
    })
  }
}

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mlflow-send-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const pointsOf = (bad: readonly boolean[]) =>
  bad.map((each, step) => ({ key: each ? 'cursed' : 'loss', value: 1, timestamp: 1, step }))
const namesOf = (points: ReturnType<typeof pointsOf>): string[] =>
  points.map(({ key, step }) => `metric ${key} ${step}`)

describe('sendBatch', () => {
  test('loses what the server refuses and nothing else, wherever it stands', async () => {
    const refusing = new RefusingServer()
    await using server = await startLocalServer(refusing.listener)
    const client = new MlflowClient({ trackingUri: server.address, retries: 0 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 5 }),
        async (badPoints, badParams) => {
          refusing.kept.length = 0
          const metrics = pointsOf(badPoints)
          const params = badParams.map((bad, i) => ({ key: `${bad ? 'cursed' : 'p'}${i}`, value: 'v' }))
          const refused: RefusedEntry[] = []
          const onRefused = (entry: RefusedEntry): void => void refused.push(entry)
          await sendBatch(client, 'r', { batch: { metrics, params }, call: {}, onRefused })
          const isBad = ({ key }: { readonly key: string }): boolean => key.includes('cursed')
          expect(refusing.kept.toSorted()).toEqual(
            [
              ...namesOf(metrics.filter((each) => !isBad(each))),
              ...params.filter((each) => !isBad(each)).map(({ key }) => `param ${key}`),
            ].sort(),
          )
          expect(new Set(refused.map(({ item }) => item))).toEqual(
            new Set([...metrics, ...params].filter(isBad)),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  test('finds one of 1,000 points in some twenty calls', async () => {
    const refusing = new RefusingServer()
    await using server = await startLocalServer(refusing.listener)
    const client = new MlflowClient({ trackingUri: server.address })
    const metrics = pointsOf(Array.from({ length: 1000 }, (_, i) => i === 617))
    const refused: RefusedEntry[] = []
    const onRefused = (entry: RefusedEntry): void => void refused.push(entry)
    await sendBatch(client, 'r', { batch: { metrics }, call: {}, onRefused })
    expect(refused.map(({ item }) => item)).toEqual([metrics[617]])
    expect(refusing.kept).toHaveLength(999)
    expect(refusing.calls).toBeLessThan(25)
  })

  test('takes a run that the server refuses for what it is, in two calls', async () => {
    const refusing = new RefusingServer()
    refusing.gone = true
    await using server = await startLocalServer(refusing.listener)
    const client = new MlflowClient({ trackingUri: server.address })
    const batch = { metrics: pointsOf(Array.from({ length: 500 }, () => false)) }
    const onRefused = (): never => {
      throw new TypeError('no point is at fault')
    }
    await expect(sendBatch(client, 'r', { batch, call: {}, onRefused })).rejects.toMatchObject({
      message: expect.stringContaining('the run is deleted'),
    })
    expect(refusing.calls).toBe(2)
  })
})

test('a run that waits to send loses the one point, and its error names it', async () => {
  const refusing = new RefusingServer()
  await using server = await startLocalServer(refusing.listener)
  const mlflow = new MlflowClient({ trackingUri: server.address, retries: 0 })
  const failing = mlflow.withRun(
    { experimentName: 'e' },
    async (run) => {
      for (let step = 0; step < 100; step += 1) await run.logMetrics({ loss: step }, { step })
      await run.logMetrics({ cursed: 1, acc: 2 }, { step: 100 })
      for (let step = 101; step < 150; step += 1) await run.logMetrics({ loss: step }, { step })
    },
    { systemTags: false },
  )
  await expect(failing).rejects.toMatchObject({
    code: 'invalid_argument',
    field: 'cursed',
    errorCode: 'INVALID_PARAMETER_VALUE',
    message: expect.stringMatching(
      /^runs\.logBatch: the server refused 1 of 151; the others are logged: metric "cursed" at step 100: .*no metric cursed/,
    ),
  })
  expect(refusing.kept).toHaveLength(150)
})

test('a failure in the background does not cost the points of the call that tells it', async () => {
  const refusing = new RefusingServer()
  await using server = await startLocalServer(refusing.listener)
  const mlflow = new MlflowClient({ trackingUri: server.address, retries: 0 })
  const told: unknown[] = []
  await mlflow.withRun(
    { experimentName: 'e' },
    async (run) => {
      await run.logMetrics({ cursed: 1 }, { step: 0 })
      for (let step = 1; step < 50; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        await run.logMetrics({ loss: step }, { step }).catch((error: unknown) => told.push(error))
      }
    },
    { systemTags: false, flushMilliseconds: 20 },
  )
  expect(told).toMatchObject([{ code: 'invalid_argument', field: 'cursed' }])
  expect(refusing.kept).toEqual(Array.from({ length: 49 }, (_, i) => `metric loss ${i + 1}`))
})

test('what a spool sends loses the one entry of a call, and tells which', async () => {
  const refusing = new RefusingServer()
  await using server = await startLocalServer(refusing.listener)
  const events: LogEvent[] = []
  const mlflow = new MlflowClient({
    trackingUri: server.address,
    spool: join(directory, 'spool'),
    retries: 0,
    log: (event) => events.push(event),
  })
  await mlflow.withRun(
    { experimentName: 'e' },
    async (run) => {
      await run.logParams({ depth: 6, cursed: 1, eta: 0.1 })
      for (let step = 0; step < 20; step += 1)
        await run.logMetrics({ loss: 1, [step === 7 ? 'cursed' : 'acc']: 2 }, { step })
      await run.setTags({ team: 'risk' })
    },
    { systemTags: false },
  )
  expect(refusing.kept).toHaveLength(2 + 39 + 1)
  const [kept] = await mlflow.spool.status()
  expect(kept).toMatchObject({
    waiting: 0,
    rejected: [
      {
        sequence: 2,
        kind: 'batch',
        code: 'invalid_argument',
        message: expect.stringMatching(/^param "cursed": .*no param cursed/),
      },
      {
        sequence: 10,
        kind: 'batch',
        code: 'invalid_argument',
        message: expect.stringMatching(/^metric "cursed" at step 7: /),
      },
    ],
  })
  expect(events.filter(({ kind }) => kind === 'rejected')).toHaveLength(2)
})

describe('what is refused where it is given', () => {
  test.each<[string, Readonly<Record<string, number>>, object, string, RegExp]>([
    [
      'a name',
      { 'ndcg@5': 1, loss: 1 },
      {},
      'ndcg@5',
      /the name of a metric must hold only letters.*not "@"; got "ndcg@5"/,
    ],
    ['a path', { 'a/../b': 1 }, {}, 'a/../b', /must not read as a path/],
    ['no name', { '': 1 }, {}, '', /must not be empty/],
    [
      'a long name',
      { ['x'.repeat(251)]: 1 },
      {},
      'x'.repeat(200),
      /must have at most 250 characters; it has 251/,
    ],
    ['a step', { loss: 1 }, { step: 2n ** 63n }, 'step', /whole number from .* got 9223372036854775808n/],
    ['half a step', { loss: 1 }, { step: 1.5 }, 'step', /got 1.5/],
    ['a time', { loss: 1 }, { timestamp: -1 }, 'timestamp', /from 0 to 2\^53 - 1; got -1/],
    ['half of a pair', { loss: 1 }, { datasetName: '\ud800' }, 'datasetName', /surrogate/],
  ])('%s, with and without a spool, before anything is kept', async (_, values, options, field, message) => {
    const refusing = new RefusingServer()
    await using server = await startLocalServer(refusing.listener)
    for (const spool of [undefined, join(directory, 'spool')]) {
      refusing.kept.length = 0
      const mlflow = new MlflowClient({ trackingUri: server.address, ...(spool !== undefined && { spool }) })
      await mlflow.withRun(
        { experimentName: 'e' },
        async (run) => {
          await run.logMetrics({ before: 1 }, { step: 1 })
          await expect(run.logMetrics(values, options)).rejects.toMatchObject({
            code: 'invalid_argument',
            endpoint: 'logMetrics',
            field,
            message: expect.stringMatching(message),
          })
        },
        { systemTags: false },
      )
      expect(refusing.kept).toEqual(['metric before 1'])
    }
  })

  test.each([
    [{ experimentName: 'e', runName: '' }, 'runName'],
    [{ experimentName: 'e', tags: { 'mlflow.runName': '' } }, 'tags.0.value'],
    [{ experimentName: 'e', runName: 'x'.repeat(251) }, 'runName'],
    [{ experimentName: '' }, 'name'],
    [{ experimentName: 'x'.repeat(257) }, 'name'],
    [{ experimentName: 'e\0' }, 'name'],
    [{ experimentName: 'e', experimentTags: { 'a@b': 'v' } }, 'tags.0.key'],
    [{ experimentName: 'e', startTime: 1.5 }, 'startTime'],
  ])('the run %j, with and without a spool', async (start, field) => {
    for (const spool of [undefined, join(directory, 'spool')]) {
      const mlflow = new MlflowClient({
        trackingUri: 'http://127.0.0.1:1',
        retries: 0,
        ...(spool !== undefined && { spool }),
      })
      const started = mlflow.withRun(start, () => Promise.resolve(), { systemTags: false })
      await expect(started).rejects.toMatchObject({ code: 'invalid_argument', field })
      if (spool !== undefined) expect(await mlflow.spool.status()).toEqual([])
    }
  })
})
