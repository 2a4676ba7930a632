import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { MlflowClient, MlflowError, type LogEvent, type MlflowClientOptions } from '../src/index.ts'
import { logBatchOnce } from '../src/run/log-batch-once.ts'
import { describeUnless } from '@claims/servers/describe-unless'
import { findPostgres, startPostgres, type RunningPostgres } from '@claims/servers/postgres'
import { describeInstalled, describeServers } from './servers/describe-servers.ts'
import { gather } from './servers/gather.ts'
import { startMlflow, type RunningMlflow } from './servers/start-mlflow.ts'

/** A run with all that a store keeps in its own way. */
async function expectRun(mlflow: MlflowClient): Promise<void> {
  const runId = await mlflow.withRun({ experimentName: 'stores' }, async (run) => {
    await run.logParams({ text: 'ü😀' })
    for (let step = 0; step < 300; step += 1)
      await run.logMetrics({ loss: step === 7 ? NaN : step }, { step })
    await run.logBytes('a.txt', 'a')
    return run.runId ?? ''
  })
  const run = await mlflow.runs.get({ runId })
  expect(run.info.status).toBe('FINISHED')
  expect(run.data.params).toEqual([{ key: 'text', value: 'ü😀' }])
  const history = await gather(mlflow.metrics.getHistory({ runId, metricKey: 'loss' }))
  expect(history.map(({ value }) => value)).toEqual(
    Array.from({ length: 300 }, (_, i) => (i === 7 ? NaN : i)),
  )
  const batch = history.map(({ key, value, step, timestamp = 0 }) => ({ key, value, step, timestamp }))
  await logBatchOnce(mlflow, runId, { batch: { metrics: batch, params: [], tags: [] }, call: {} })
  expect(await gather(mlflow.metrics.getHistory({ runId, metricKey: 'loss' }))).toHaveLength(300)
}

describeServers('a server on SQLite', (server) => {
  test('keeps runs', async () => {
    await expectRun(server().client())
  })
})

describeInstalled('a server with passwords', '3.17.0', () => {
  const password = 'for the admin of a test'
  let server: RunningMlflow | undefined
  const client = (options?: Partial<MlflowClientOptions>): MlflowClient =>
    new MlflowClient({ trackingUri: server?.trackingUri ?? '', ...options })
  beforeAll(async () => {
    const environment = { MLFLOW_AUTH_ADMIN_PASSWORD: password }
    server = await startMlflow({ version: '3.17.0', auth: true, environment })
  }, 170_000)
  afterAll(() => server?.stop())

  test('takes the right one', async () => {
    await expectRun(client({ auth: { username: 'admin', password } }))
  })

  test.each([
    ['no password', undefined],
    ['a wrong one', { username: 'admin', password: 'wr0ng' }],
  ])('refuses %s, which is not shown', async (_, auth) => {
    const events: LogEvent[] = []
    const mlflow = client({ log: (event) => events.push(event), ...(auth && { auth }) })
    const error: unknown = await mlflow.experiments
      .searchPage({ maxResults: 1 })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MlflowError)
    expect(error).toMatchObject({ code: 'unauthenticated', status: 401, retryable: false })
    const shown = inspect([error, events, mlflow], { depth: 20, showHidden: true })
    expect(shown).toContain('unauthenticated')
    for (const secret of ['wr0ng', Buffer.from('admin:wr0ng').toString('base64')])
      expect(shown).not.toContain(secret)
  })
})

const withoutPostgres =
  findPostgres() === undefined ? 'PostgreSQL is missing; in CI ./claims test installs it' : undefined
describeUnless(withoutPostgres, 'PostgreSQL', () => {
  describeInstalled('a server on PostgreSQL', '3.17.0', () => {
    let postgres: RunningPostgres | undefined
    let server: RunningMlflow | undefined
    beforeAll(async () => {
      postgres = await startPostgres()
      server = await startMlflow({ version: '3.17.0', store: postgres.uri })
    }, 170_000)
    afterAll(async () => {
      await server?.stop()
      await postgres?.stop()
    })
    const client = (): MlflowClient => new MlflowClient({ trackingUri: server?.trackingUri ?? '' })

    test('keeps runs as others do', async () => {
      await expectRun(client())
    })

    test('comes back with what it had', async () => {
      await client().experiments.getOrCreate('kept')
      await server?.kill()
      expect(
        await client()
          .health({ retries: 0 })
          .catch((error: unknown) => error),
      ).toMatchObject({
        code: 'connection_failed',
      })
      await server?.restart()
      expect((await client().experiments.getByName({ experimentName: 'kept' })).name).toBe('kept')
    }, 150_000)
  })
})
