import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { MlflowClient, type Run } from '@claims/mlflow'
import { describeInstalled, gather, startMlflow, type RunningMlflow } from '@claims/mlflow/testing'
import { claims, ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'

interface Printed {
  readonly evaluation: {
    readonly test: { readonly metrics: { readonly roc_auc: { readonly value: number } } }
  }
  readonly mlflow?: {
    readonly runId: string | null
    readonly version: string | null
    readonly page: string | null
    readonly waiting: number
    readonly rejected: readonly string[]
  }
}

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
  await claims(folder.path, 'generate', '--rows', '800', '--seed', '6', '--out', 'claims.csv')
})
afterAll(() => folder[Symbol.asyncDispose]())

const training = (out: string, ...more: string[]): string[] =>
  ['train', '--json', '--blueprint', 'claims', '--data', 'claims.csv', '--models', 'xgboost'].concat(
    '--folds',
    '3',
    '--seed',
    '1',
    '--out',
    out,
    ...more,
  )
const printed = ({ stdout }: Ended): Printed => JSON.parse(stdout) as Printed

/** Requires the run that a training should have left. */
async function expectTracked(mlflow: MlflowClient, { data, info }: Run, out: string): Promise<void> {
  const evaluation = JSON.parse(
    await readFile(folder.at(`${out}/evaluation.json`), 'utf8'),
  ) as Printed['evaluation']
  const sha256 = createHash('sha256')
    .update(await readFile(folder.at('claims.csv')))
    .digest('hex')
  const params = Object.fromEntries(data.params.map(({ key, value }) => [key, value]))
  expect(params).toMatchObject({
    seed: '1',
    model: 'xgboost',
    data_sha256: sha256,
    data_rows: '800',
    label: 'is_high_risk',
  })
  const metrics = Object.fromEntries(data.metrics.map(({ key, value }) => [key, value]))
  expect(metrics['test.roc_auc']).toBe(evaluation.test.metrics.roc_auc.value)
  expect(metrics['test.roc_auc.lower']).toBeLessThan(metrics['test.roc_auc'] ?? 0)
  const { runId } = info
  const rounds = await gather(mlflow.metrics.getHistory({ runId, metricKey: 'xgboost.fold_0.logloss' }))
  expect(rounds.map(({ step }) => step)).toEqual(rounds.map((_, round) => round))
  expect(rounds.length).toBeGreaterThan(20)
  const folds = await gather(mlflow.metrics.getHistory({ runId, metricKey: 'xgboost.roc_auc' }))
  expect(folds.map(({ step }) => step)).toEqual([0, 1, 2])
  for await (const { path } of mlflow.artifacts.list({ runId, path: 'bundle', recursive: true })) {
    const bytes = await mlflow.artifacts.read({ runId, path })
    expect(Buffer.from(bytes).equals(await readFile(folder.at(path.replace(/^bundle/, out))))).toBe(true)
  }
  expect(await gather(mlflow.artifacts.list({ runId, path: 'bundle' }))).not.toEqual([])
}

describeInstalled('training with MLflow', '3.17.0', () => {
  let server: RunningMlflow
  let environment: Record<string, string>
  let mlflow: MlflowClient
  const run = async (runId: string | null): Promise<Run> => mlflow.runs.get({ runId: runId ?? '' })
  beforeAll(async () => {
    server = await startMlflow({ version: '3.17.0' })
    environment = { MLFLOW_TRACKING_URI: server.trackingUri }
    mlflow = new MlflowClient({ trackingUri: server.trackingUri })
  }, 170_000)
  afterAll(() => server.stop())

  test('leaves a run with everything, and a registered model that loads', async () => {
    const done = await ended(startClaims(folder.path, training('one', '--register', 'motor'), environment))
    expect(done.code).toBe(0)
    const tracked = printed(done).mlflow
    expect(tracked).toMatchObject({ version: '1', waiting: 0, rejected: [] })
    const found = await run(tracked?.runId ?? null)
    expect(found.info.status).toBe('FINISHED')
    await expectTracked(mlflow, found, 'one')
    expect(found.inputs?.datasetInputs).toHaveLength(1)
    const version = await mlflow.modelVersions.get({ name: 'motor', version: '1' })
    expect(version.runId).toBe(tracked?.runId)
    expect(tracked?.page).toContain(`/runs/${tracked?.runId ?? ''}`)
  }, 120_000)

  test('goes on when the server is killed in the middle, and sends the rest later', async () => {
    const child = startClaims(folder.path, training('two', '--register', 'motor'), environment)
    let killing: Promise<void> | undefined
    child.stderr?.on('data', (text: Buffer) => {
      if (/split|cross-validate/.test(text.toString())) killing ??= server.kill()
    })
    const done = await ended(child)
    await killing
    expect(done.code).toBe(0)
    expect(done.stderr).toContain('MLflow cannot be reached')
    const waiting = printed(done).mlflow?.waiting ?? 0
    expect(waiting).toBeGreaterThan(20)
    const status = await ended(startClaims(folder.path, ['mlflow', 'status'], environment))
    expect(status.stdout).toContain(`(claims): ${waiting} waiting`)
    const refused = await ended(startClaims(folder.path, ['mlflow', 'replay'], environment))
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('[tracking_unavailable]')
    const doctor = await ended(startClaims(folder.path, ['doctor'], environment))
    expect(doctor.code).toBe(1)
    expect(doctor.stdout).toMatch(/BAD {2}mlflow/)

    await server.restart()
    const replayed = await ended(startClaims(folder.path, ['mlflow', 'replay', '--json'], environment))
    expect(replayed.code).toBe(0)
    const { runs } = JSON.parse(replayed.stdout) as { runs: { runId: string; waiting: number }[] }
    expect(runs).toMatchObject([{ waiting: 0 }])
    const found = await run(runs[0]?.runId ?? null)
    expect(found.info.status).toBe('FINISHED')
    await expectTracked(mlflow, found, 'two')
    expect((await mlflow.modelVersions.get({ name: 'motor', version: '2' })).runId).toBe(runs[0]?.runId)
  }, 180_000)

  test('that is interrupted leaves a killed run', async () => {
    const child = startClaims(folder.path, training('three'), {
      ...environment,
      MLFLOW_EXPERIMENT_NAME: 'stopped',
    })
    let asked = false
    child.stderr?.on('data', (text: Buffer) => {
      // A second signal would not wait for the run to end.
      if (!asked && text.toString().includes('split')) asked = child.kill('SIGINT')
    })
    expect((await ended(child)).code).toBe(130)
    const { experimentId } = await mlflow.experiments.getByName({ experimentName: 'stopped' })
    const [found] = await gather(mlflow.runs.search({ experimentIds: [experimentId] }))
    expect(found?.info.status).toBe('KILLED')
  }, 120_000)
})

describe('training without MLflow', () => {
  test('tracks nothing', async () => {
    const done = await ended(startClaims(folder.path, training('four')))
    expect(done.code).toBe(0)
    expect(printed(done).mlflow).toBeUndefined()
    expect(done.stderr).not.toContain('MLflow')
  }, 60_000)

  test.each([
    ['train', training('five')],
    ['mlflow', ['mlflow', 'status']],
  ])('%s refuses an address that is none', async (_, args) => {
    const done = await ended(startClaims(folder.path, args, { MLFLOW_TRACKING_URI: 'file:./mlruns' }))
    expect(done.code).toBe(2)
    expect(done.stdout + done.stderr).toContain('invalid_configuration')
    expect(done.stdout + done.stderr).toContain('MLFLOW_TRACKING_URI')
  })

  test('claims mlflow says what it needs', async () => {
    const done = await ended(startClaims(folder.path, ['mlflow', 'status']))
    expect(done.code).toBe(2)
    expect(done.stderr).toContain('MLFLOW_TRACKING_URI is not set')
  })
})
