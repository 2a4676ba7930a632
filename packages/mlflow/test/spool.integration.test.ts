import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filterOf, MlflowClient, type LogEvent, type Run } from '../src/index.ts'
import { describeServers } from './servers/describe-servers.ts'
import { startFaultProxy } from './servers/fault-proxy.ts'
import { gather } from './servers/gather.ts'
import { freePort } from '@claims/servers'
import { runProgram } from './servers/run-program.ts'
import { uniqueName } from './servers/unique-name.ts'

let directory: string
let spool: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mlflow-spool-'))
  spool = join(directory, 'spool')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const away = async (log: (event: LogEvent) => void = () => undefined): Promise<MlflowClient> =>
  new MlflowClient({ trackingUri: `http://127.0.0.1:${await freePort()}`, spool, log, retries: 0 })

/** Logs one of everything. @returns what the body saw */
async function logEverything(mlflow: MlflowClient, name: string): Promise<unknown[]> {
  const bundle = join(directory, 'bundle')
  await mkdir(bundle, { recursive: true })
  await writeFile(join(bundle, 'model.txt'), 'the model')
  return mlflow.withRun({ experimentName: name, runName: 'spooled' }, async (run) => {
    const seen: unknown[] = [run.runId]
    await run.logParams({ depth: 6 })
    for (let step = 0; step < 1500; step += 1) await run.logMetrics({ loss: step, gap: NaN }, { step })
    await run.setTags({ team: 'risk' })
    await run.logInputs([{ dataset: { name: 'd', digest: 'abc', sourceType: 'local', source: '{}' } }])
    seen.push(await run.logArtifacts(bundle, 'bundle'))
    await run.logBytes('notes/a.md', '# a')
    const model = {
      flavors: { own: { kind: 'tree' } },
      files: { 'tree.txt': { path: join(bundle, 'model.txt') } },
    }
    seen.push(await run.logModel({ model }))
    seen.push(await run.registerModel({ name: name.replaceAll(' ', '-') }))
    await run.withRun({ runName: 'child' }, (child) => child.logParams({ of: 'parent' }))
    await rm(bundle, { recursive: true })
    return seen
  })
}

async function runsOf(mlflow: MlflowClient, name: string): Promise<Run[]> {
  const { experimentId } = await mlflow.experiments.getByName({ experimentName: name })
  return gather(mlflow.runs.search({ experimentIds: [experimentId] }))
}

/** Requires that the server has what {@link logEverything} logged, once. */
async function expectEverything(mlflow: MlflowClient, name: string): Promise<void> {
  const runs = await runsOf(mlflow, name)
  expect(runs.map(({ info }) => [info.runName, info.status]).sort()).toEqual([
    ['child', 'FINISHED'],
    ['spooled', 'FINISHED'],
  ])
  const root = runs.find(({ info }) => info.runName === 'spooled')
  const child = runs.find(({ info }) => info.runName === 'child')
  const runId = root?.info.runId ?? ''
  expect(child?.data.tags).toContainEqual({ key: 'mlflow.parentRunId', value: runId })
  expect(root?.data.params).toEqual([{ key: 'depth', value: '6' }])
  expect(root?.data.tags).toContainEqual({ key: 'team', value: 'risk' })
  expect(root?.inputs?.datasetInputs).toHaveLength(1)
  const steps = []
  for await (const { step } of mlflow.metrics.getHistory({ runId, metricKey: 'loss' })) steps.push(step)
  expect(steps).toEqual(Array.from({ length: 1500 }, (_, step) => step))
  const gaps = await gather(mlflow.metrics.getHistory({ runId, metricKey: 'gap' }))
  expect(gaps.map(({ value, step }) => [value, step])).toEqual(steps.map((step) => [NaN, step]))
  const bytes = await mlflow.artifacts.read({ runId, path: 'bundle/model.txt' })
  expect(Buffer.from(bytes).toString()).toBe('the model')
  const filter = filterOf([{ key: 'name', operator: '=', value: name.replaceAll(' ', '-') }])
  const versions = await gather(mlflow.modelVersions.search({ filter }))
  expect(versions.map(({ version, runId: of }) => [version, of])).toEqual([['1', runId]])
}

describeServers('the spool', (server) => {
  test('sends as the run goes on while the server answers, and keeps nothing', async () => {
    const mlflow = server().client({ spool })
    const name = uniqueName('there')
    const [runId, files, model, version] = await logEverything(mlflow, name)
    expect(runId).toMatch(/^[0-9a-f]{32}$/)
    expect(files).toMatchObject([{ path: 'bundle/model.txt', bytes: 9 }])
    expect(model).toMatchObject({ runId })
    expect(version).toMatchObject({ version: '1' })
    await expectEverything(mlflow, name)
    expect(await mlflow.spool.status()).toEqual([])
    expect(await readdir(spool)).toEqual([])
  })

  test('keeps everything while the server is away, and sends it once', async () => {
    const name = uniqueName('away')
    const events: LogEvent[] = []
    const seen = await logEverything(await away((event) => events.push(event)), name)
    expect(seen).toEqual([undefined, undefined, undefined, undefined])
    expect(events.some(({ kind }) => kind === 'spooled')).toBe(true)
    const mlflow = server().client({ spool })
    const [before] = await mlflow.spool.status()
    expect(before).toMatchObject({ runName: 'spooled', runId: undefined, rejected: [], active: false })
    const [done] = await mlflow.replay()
    expect(done).toMatchObject({ sent: before?.waiting, waiting: 0 })
    expect(done?.error).toBeUndefined()
    await expectEverything(mlflow, name)
    expect(await mlflow.replay()).toEqual([])
    expect(await readdir(spool)).toEqual([])
  })

  test.each([
    ['loses each answer once', 'cut_after'],
    ['never sees each call at first', 'cut_before'],
    ['gets each call twice', 'repeat'],
  ] as const)('a server that %s has everything once', async (_, kind) => {
    const name = uniqueName(kind)
    await logEverything(await away(), name)
    const proxy = await startFaultProxy(server().trackingUri)
    try {
      const mlflow = server().client({ trackingUri: proxy.trackingUri, spool, retries: 0 })
      // What makes something anew cannot be sent twice by anybody; all else can.
      const paths = [
        'runs/create',
        'log-batch',
        'log-inputs',
        'mlflow-artifacts',
        'model-versions/create',
        'runs/update',
      ]
      for (const path of kind === 'repeat' ? paths.filter((each) => !each.includes('create')) : paths)
        proxy.fail({ path, fault: { kind }, times: 1 })
      let left = 1
      for (let attempt = 0; left > 0; attempt += 1) {
        expect(attempt).toBeLessThan(12)
        left = (await mlflow.replay()).filter(({ error }) => error).length
      }
    } finally {
      await proxy.stop()
    }
    await expectEverything(server().client(), name)
  })

  test('what is logged before the process is killed is kept, and the run ends as killed', async () => {
    const port = await freePort()
    const name = uniqueName('killed')
    const { lines, signal } = await runProgram(
      'program-that-logs.ts',
      [`http://127.0.0.1:${port}`, spool, name],
      (line, kill) => {
        if (line === '300') kill()
      },
    )
    expect(signal).toBe('SIGKILL')
    const mlflow = server().client({ spool })
    expect(await mlflow.replay()).toMatchObject([{ waiting: 0, active: false }])
    const [run] = await runsOf(mlflow, name)
    expect(run?.info.status).toBe('KILLED')
    const steps = []
    const runId = run?.info.runId ?? ''
    for await (const { step } of mlflow.metrics.getHistory({ runId, metricKey: 'loss' })) steps.push(step)
    expect(steps.length).toBeGreaterThanOrEqual(Number(lines.at(-1)) + 1)
    expect(steps).toEqual(steps.map((__, i) => i))
  })

  test('a server that comes back gets the rest while the run goes on', async () => {
    const proxy = await startFaultProxy(server().trackingUri)
    const mlflow = server().client({ trackingUri: proxy.trackingUri, spool, retries: 0 })
    const name = uniqueName('back')
    try {
      proxy.fail({ path: '/', fault: { kind: 'cut_before' }, times: 3 })
      await mlflow.withRun({ experimentName: name }, async (run) => {
        expect(run.runId).toBeUndefined()
        await run.logParams({ depth: 6 })
        await until(() => run.runId !== undefined)
      })
    } finally {
      await proxy.stop()
    }
    expect(await mlflow.spool.status()).toEqual([])
    const [run] = await runsOf(server().client(), name)
    expect(run?.data.params).toEqual([{ key: 'depth', value: '6' }])
  })

  test('what the server refuses for good is told and holds nothing up', async () => {
    const events: LogEvent[] = []
    const mlflow = server().client({ spool, log: (event) => events.push(event) })
    const name = uniqueName('refused')
    await mlflow.withRun({ experimentName: name }, async (run) => {
      await run.logParams({ depth: 6 })
      await run.logParams({ depth: 7 })
      await run.setTags({ after: 'it' })
    })
    expect(events.filter(({ kind }) => kind === 'rejected')).toMatchObject([{ operation: 'batch' }])
    const [run] = await runsOf(mlflow, name)
    expect(run?.info.status).toBe('FINISHED')
    expect(run?.data.params).toEqual([{ key: 'depth', value: '6' }])
    expect(run?.data.tags).toContainEqual({ key: 'after', value: 'it' })
    const [kept] = await mlflow.spool.status()
    expect(kept).toMatchObject({ waiting: 0, rejected: [{ kind: 'batch', code: 'conflict' }] })
    await mlflow.spool.discard(kept?.run ?? '')
    expect(await mlflow.spool.status()).toEqual([])
  })

  test('a run that a process works on is left to it', async () => {
    const mlflow = server().client({ spool })
    await mlflow.withRun({ experimentName: uniqueName('active') }, async (run) => {
      await run.logParams({ a: 1 })
      const [active] = await mlflow.replay()
      expect(active).toMatchObject({ active: true, sent: 0 })
      await expect(mlflow.spool.discard(active?.run ?? '')).rejects.toMatchObject({ code: 'conflict' })
    })
    expect(await mlflow.spool.status()).toEqual([])
  })
})

describe('a spool without a server', () => {
  test('refuses what is not valid at once', async () => {
    const mlflow = await away()
    await mlflow.withRun({ experimentName: 'any' }, async (run) => {
      await expect(run.logParams({ long: 'x'.repeat(6001) })).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'params.0.value',
      })
      await expect(run.logArtifacts(join(directory, 'missing'))).rejects.toMatchObject({ code: 'not_found' })
      await expect(run.logArtifacts(directory, '../up')).rejects.toMatchObject({ code: 'unsafe_path' })
      await expect(run.logModel({ model: {} })).rejects.toMatchObject({ code: 'invalid_argument' })
      const missing = { flavors: { own: {} }, files: { a: { path: join(directory, 'missing') } } }
      await expect(run.logModel({ model: missing })).rejects.toMatchObject({ code: 'not_found' })
      await expect(run.registerModel({ name: 'a/b' })).rejects.toMatchObject({ code: 'invalid_argument' })
    })
  })

  test('fails with the body, and keeps that', async () => {
    const mlflow = await away()
    const failing = mlflow.withRun({ experimentName: 'any' }, () => Promise.reject(new RangeError('deep')))
    await expect(failing).rejects.toThrow(new RangeError('deep'))
    const [kept] = await mlflow.spool.status()
    const journal = await readFile(join(spool, kept?.run ?? '', 'journal.jsonl'), 'utf8')
    expect(journal).toContain('"status":"FAILED"')
  })

  test('replays nothing, tells why, and leaves it there', async () => {
    const mlflow = await away()
    await mlflow.withRun({ experimentName: 'any' }, (run) => run.logParams({ a: 1 }))
    const before = await mlflow.spool.status()
    const [replayed] = await mlflow.replay()
    expect(replayed).toMatchObject({ sent: 0, error: { code: 'connection_failed' } })
    expect(await mlflow.spool.status()).toEqual(before)
  })

  test('tells a damaged journal by its file', async () => {
    const mlflow = await away()
    await mlflow.withRun({ experimentName: 'any' }, (run) => run.logParams({ a: 1 }))
    const [kept] = await mlflow.spool.status()
    const file = join(spool, kept?.run ?? '', 'journal.jsonl')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"a"', '"b"'))
    await expect(mlflow.spool.status()).rejects.toMatchObject({ code: 'spool_damaged', field: file })
  })

  test('is none where the client was made without one', () => {
    const mlflow = new MlflowClient({ trackingUri: 'http://127.0.0.1:1' })
    expect(() => mlflow.spool).toThrow(expect.objectContaining({ code: 'invalid_argument', field: 'spool' }))
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}
