import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { MlflowError, type ActiveRun } from '../src/index.ts'
import { describeServers } from './servers/describe-servers.ts'
import { startFaultProxy } from './servers/fault-proxy.ts'
import { runProgram } from './servers/run-program.ts'
import { uniqueName } from './servers/unique-name.ts'

describeServers('runs', (server) => {
  let directory: string
  let experimentId: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mlflow-run-'))
    ;({ experimentId } = await server().client().experiments.getOrCreate(uniqueName('runs')))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('a body that resolves leaves a finished run with all that it logged', async () => {
    const mlflow = server().client()
    const source = join(directory, 'bundle')
    await mkdir(join(source, 'deep'), { recursive: true })
    await writeFile(join(source, 'deep', 'a b ü.txt'), 'hello')
    let inside: ActiveRun | undefined
    const runId = await mlflow.withRun(
      { experimentId, runName: 'one', description: 'first', tags: { team: 'risk' } },
      async (run) => {
        inside = run
        await run.logParams({ depth: 6, eta: 0.1, hist: true, seed: 2n ** 63n, none: null, text: 'ä' })
        for (let step = 0; step < 2500; step += 1) await run.logMetrics({ loss: 1 / (step + 1) }, { step })
        await run.setTags({ stage: 'test' })
        await run.logArtifacts(source, 'bundle')
        await run.logBytes('notes/summary.md', '# hello')
        return run.runId ?? ''
      },
    )
    const run = await mlflow.runs.get({ runId })
    expect(run.info).toMatchObject({
      status: 'FINISHED',
      runName: 'one',
      experimentId,
      lifecycleStage: 'active',
    })
    expect(run.info.endTime).toBeGreaterThanOrEqual(run.info.startTime ?? Infinity)
    const params = Object.fromEntries(run.data.params.map(({ key, value }) => [key, value]))
    expect(params).toEqual({
      depth: '6',
      eta: '0.1',
      hist: 'true',
      seed: '9223372036854775808',
      none: 'null',
      text: 'ä',
    })
    const tags = Object.fromEntries(run.data.tags.map(({ key, value }) => [key, value]))
    expect(tags).toMatchObject({
      team: 'risk',
      stage: 'test',
      'mlflow.user': userInfo().username,
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': expect.stringMatching(/^[0-9a-f]{40}$/),
      'mlflow.note.content': 'first',
    })
    const history = []
    for await (const { step, value } of mlflow.metrics.getHistory({ runId, metricKey: 'loss' }))
      history.push([step, value])
    expect(history).toEqual(Array.from({ length: 2500 }, (_, step) => [step, 1 / (step + 1)]))
    const files = []
    for await (const { path } of mlflow.artifacts.list({ runId, recursive: true })) files.push(path)
    expect(files.sort()).toEqual(['bundle/deep/a b ü.txt', 'notes/summary.md'])
    expect(inside?.experimentId).toBe(experimentId)
  })

  test('a body that rejects leaves a failed run and its own error', async () => {
    const mlflow = server().client()
    let runId = ''
    const failing = mlflow.withRun({ experimentId }, async (run) => {
      runId = run.runId ?? ''
      await run.logMetrics({ last: 1 })
      throw new RangeError('too deep')
    })
    await expect(failing).rejects.toThrow(new RangeError('too deep'))
    const run = await mlflow.runs.get({ runId })
    expect(run.info.status).toBe('FAILED')
    expect(run.data.metrics).toMatchObject([{ key: 'last', value: 1 }])
  })

  test('an aborted signal leaves a killed run', async () => {
    const mlflow = server().client()
    const controller = new AbortController()
    let runId = ''
    const stopped = mlflow.withRun(
      { experimentId },
      async (run) => {
        runId = run.runId ?? ''
        controller.abort()
        await new Promise(() => undefined)
      },
      { signal: controller.signal },
    )
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    expect((await mlflow.runs.get({ runId })).info.status).toBe('KILLED')
  })

  test('a run is taken up again', async () => {
    const mlflow = server().client()
    const runId = await mlflow.withRun({ experimentId }, (run) => Promise.resolve(run.runId ?? ''))
    await mlflow.withRun({ runId }, async (run) => {
      expect((await mlflow.runs.get({ runId })).info.status).toBe('RUNNING')
      await run.logParams({ later: 1 })
    })
    const run = await mlflow.runs.get({ runId })
    expect(run.info.status).toBe('FINISHED')
    expect(run.data.params).toEqual([{ key: 'later', value: '1' }])
    await mlflow.runs.delete({ runId })
    await expect(mlflow.withRun({ runId }, () => Promise.resolve())).rejects.toMatchObject({
      code: 'conflict',
      field: 'runId',
    })
  })

  test('children name their parent', async () => {
    const mlflow = server().client()
    const [parent, child] = await mlflow.withRun({ experimentId }, async (run) => [
      run.runId,
      await run.withRun({ runName: 'child' }, (inner) => Promise.resolve(inner.runId)),
    ])
    const { data, info } = await mlflow.runs.get({ runId: child ?? '' })
    expect(data.tags).toContainEqual({ key: 'mlflow.parentRunId', value: parent })
    expect(info).toMatchObject({ status: 'FINISHED', runName: 'child', experimentId })
  })

  test('an experiment is named, and made with tags when there is none', async () => {
    const mlflow = server().client()
    const name = uniqueName('named')
    const start = { experimentName: name, experimentTags: { kind: 'training' } }
    const made = await mlflow.withRun(start, (run) => Promise.resolve(run.experimentId ?? ''))
    const again = await mlflow.withRun(start, (run) => Promise.resolve(run.experimentId ?? ''))
    expect(again).toBe(made)
    const { tags } = await mlflow.experiments.get({ experimentId: made })
    expect(tags).toContainEqual({ key: 'kind', value: 'training' })
  })

  test.each([
    [{ experimentId: '1', experimentName: 'both' }, 'experimentId'],
    [{}, 'experimentId'],
  ])('%j is refused', async (start, field) => {
    await expect(
      server()
        .client()
        .withRun(start, () => Promise.resolve()),
    ).rejects.toMatchObject({
      code: 'invalid_argument',
      field,
    })
  })

  test('a changed param is a conflict, and fails the run', async () => {
    const mlflow = server().client()
    let runId = ''
    const changed = mlflow.withRun({ experimentId }, async (run) => {
      runId = run.runId ?? ''
      await run.logParams({ depth: 6 })
      await run.logParams({ depth: 6 })
      await run.logParams({ depth: 7 })
    })
    await expect(changed).rejects.toMatchObject({ code: 'conflict' })
    expect((await mlflow.runs.get({ runId })).info.status).toBe('FAILED')
  })

  test('what is no metric and no param is refused by name', async () => {
    const mlflow = server().client()
    await mlflow.withRun({ experimentId }, async (run) => {
      const text: unknown = 'high'
      await expect(run.logMetrics({ loss: text as number })).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'loss',
      })
      const object: unknown = {}
      await expect(run.logParams({ tree: object as string })).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'tree',
      })
      await expect(run.logParams({ long: 'x'.repeat(6001) })).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'params.0.value',
      })
    })
  })

  test('a server that loses answers gets every point once', async () => {
    const proxy = await startFaultProxy(server().trackingUri)
    const mlflow = server().client({ trackingUri: proxy.trackingUri })
    try {
      proxy.fail({ path: '/runs/log-batch', fault: { kind: 'cut_after' }, times: 2 })
      proxy.fail({ path: '/runs/log-batch', fault: { kind: 'answer', status: 503 } })
      proxy.fail({ path: '/runs/update', fault: { kind: 'repeat' } })
      const runId = await mlflow.withRun({ experimentId }, async (run) => {
        for (let step = 0; step < 50; step += 1) await run.logMetrics({ loss: step }, { step })
        return run.runId ?? ''
      })
      const steps = []
      for await (const { step } of mlflow.metrics.getHistory({ runId, metricKey: 'loss' })) steps.push(step)
      expect(steps).toEqual(Array.from({ length: 50 }, (_, step) => step))
      expect((await mlflow.runs.get({ runId })).info.status).toBe('FINISHED')
      expect(proxy.requests.filter((each) => each.includes('log-batch')).length).toBeGreaterThanOrEqual(4)
    } finally {
      await proxy.stop()
    }
  })

  test('a run whose answer is lost is not started twice', async () => {
    const proxy = await startFaultProxy(server().trackingUri)
    const mlflow = server().client({ trackingUri: proxy.trackingUri })
    const name = uniqueName('lost')
    try {
      proxy.fail({ path: '/runs/create', fault: { kind: 'cut_after' } })
      await expect(mlflow.withRun({ experimentName: name }, () => Promise.resolve())).rejects.toMatchObject({
        code: 'connection_failed',
        retryable: true,
      })
      expect(proxy.requests.filter((each) => each.includes('runs/create'))).toHaveLength(1)
    } finally {
      await proxy.stop()
    }
  })

  test.each([
    ['process.exit()', 'exit', { code: 7, signal: null }],
    ['the end of a process that waits for nothing', 'idle', { code: 13, signal: null }],
    ['SIGTERM', 'SIGTERM', { code: null, signal: 'SIGTERM' }],
    ['SIGINT', 'SIGINT', { code: null, signal: 'SIGINT' }],
    ['SIGTERM that the program handles', 'handled', { code: 3, signal: null }],
  ])('%s leaves a killed run', async (_, how, ended) => {
    const { trackingUri } = server()
    const { lines, ...end } = await runProgram('program-that-ends.ts', [trackingUri, experimentId, how])
    expect(end).toEqual(ended)
    const run = await server()
      .client()
      .runs.get({ runId: lines[0] ?? '' })
    expect(run.info.status).toBe('KILLED')
    expect(run.info.endTime).toBeGreaterThan(0)
  })

  test('logging is given up with the run when the server is gone', async () => {
    const proxy = await startFaultProxy(server().trackingUri)
    const mlflow = server().client({ trackingUri: proxy.trackingUri, retries: 0 })
    const gone = mlflow.withRun({ experimentId }, async (run) => {
      await proxy.stop()
      await run.logMetrics({ loss: 1 })
    })
    const error: unknown = await gone.catch((thrown: unknown) => thrown)
    const failures = error instanceof AggregateError ? (error.errors as unknown[]) : []
    expect(failures.map((each) => each instanceof MlflowError && each.code)).toEqual([
      'connection_failed',
      'connection_failed',
    ])
  })
})
