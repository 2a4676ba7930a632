import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exampleBundle } from '@claims/contracts/example'
import { MlflowClient } from '@claims/mlflow'
import {
  describeInstalled,
  describeServers,
  startFaultProxy,
  startMlflow,
  type FaultProxy,
  type RunningMlflow,
} from '@claims/mlflow/testing'
import { mirrorModel, mirrorStatus, reconcileModel } from '../src/index.ts'
import { ada, freshName, installation, tagsOf, type Installation } from './mlflow-installation.ts'

/** Two versions and a champion, not mirrored. */
async function prepared(here: Installation): Promise<string> {
  const name = freshName()
  await here.register(name, 1, 2)
  await here.registry.promote(name, '2', ada)
  return name
}

/** Requires that MLflow has each version once, and all else as the registry says. */
async function agrees(here: Installation, mlflow: MlflowClient, name: string): Promise<void> {
  const { rows } = await reconcileModel({ ...here.parts, mlflow }, name, { dryRun: true })
  expect(rows).toEqual([])
  const versions: string[] = []
  for await (const version of mlflow.modelVersions.search({ filter: `name='${name}'` }))
    versions.push(tagsOf(version)['claims.version'] ?? 'none')
  expect(versions.sort()).toEqual(['1', '2'])
}

describeServers('a mirror through faults', (server) => {
  let proxy: FaultProxy
  let here: Installation
  let direct: MlflowClient
  beforeAll(async () => {
    proxy = await startFaultProxy(server().trackingUri)
    here = await installation(proxy.trackingUri)
    direct = new MlflowClient({ trackingUri: server().trackingUri })
  })
  afterAll(async () => {
    await here[Symbol.asyncDispose]()
    await proxy.stop()
  })

  test.each(['cut_before', 'cut_after'] as const)(
    'dying at any call (%s) and mirroring again leaves each version once',
    async (kind) => {
      const whole = await prepared(here)
      const before = proxy.requests.length
      await mirrorModel(here.parts, whole)
      const calls = proxy.requests.length - before
      for (let at = kind === 'cut_before' ? 1 : 2; at < calls; at += stride) {
        const name = await prepared(here)
        let left = at
        const cut = new MlflowClient({ trackingUri: proxy.trackingUri, retries: 0, concurrency: 1 })
        const start = proxy.requests.length
        proxy.fail({ path: '/', fault: { kind }, after: left, times: 1 })
        await mirrorModel({ ...here.parts, mlflow: cut }, name).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'tracking_unavailable' })
        })
        // A rule that met nothing would hit the next try.
        for (left = proxy.requests.length - start; left <= at; left += 1)
          await fetch(`${proxy.trackingUri}/health`).catch(() => undefined)
        await mirrorModel(here.parts, name)
        await agrees(here, direct, name)
      }
    },
    300_000,
  )

  test('a server that is slow is given up in time, and nothing is lost', async () => {
    const name = await prepared(here)
    proxy.fail({ path: '/model-versions/create', fault: { kind: 'delay', milliseconds: 60_000 }, times: 1 })
    const signal = AbortSignal.timeout(2500)
    await expect(mirrorModel({ ...here.parts, signal }, name)).rejects.toMatchObject({ code: 'aborted' })
    expect(await mirrorStatus(here.parts, name)).toEqual({ name, entries: 3, position: 0 })
    await mirrorModel(here.parts, name)
    expect(await mirrorStatus(here.parts, name)).toEqual({ name, entries: 3, position: 3 })
    await agrees(here, direct, name)
  }, 60_000)

  test.each([
    [401, 'invalid_configuration', 'MLFLOW_TRACKING_USERNAME'],
    [403, 'invalid_configuration', 'MLFLOW_TRACKING_USERNAME'],
    [503, 'tracking_unavailable', 'MLFLOW_TRACKING_URI'],
  ])('an answer of %d is %s', async (status, code, field) => {
    const name = await prepared(here)
    proxy.fail({ path: '/registered-models/get', fault: { kind: 'answer', status, body: 'no' }, times: 1 })
    await expect(mirrorModel(here.parts, name)).rejects.toMatchObject({ code, problems: [{ field }] })
    proxy.fail({ path: '/registered-models/get', fault: { kind: 'answer', status, body: 'no' }, times: 1 })
    await expect(here.models.resolve(`models:/${name}@champion`)).rejects.toMatchObject({ code })
  })

  test('a transfer that is corrupted on the way is not kept', async () => {
    const name = await prepared(here)
    await mirrorModel(here.parts, name)
    await using there = await installation(proxy.trackingUri)
    for (const fault of [
      { kind: 'corrupt', bytes: 4 },
      { kind: 'truncate', bytes: 10 },
    ] as const) {
      proxy.fail({ path: 'weights.json', method: 'GET', fault, times: 1 })
      await expect(there.models.resolve(`models:/${name}@champion`)).rejects.toMatchObject({
        code: 'damaged_bundle',
      })
    }
    const found = await there.models.resolve(`models:/${name}@champion`)
    expect(found.manifestSha256).toBe(exampleBundle({ seed: 2 }).manifestSha256)
  }, 60_000)
})

/** CLAIMS_FAULTS=long cuts often. */
const stride = process.env['CLAIMS_FAULTS'] === 'long' ? 7 : 37

describeInstalled('a mirror of a server of its own', '3.17.0', () => {
  let server: RunningMlflow
  beforeAll(async () => {
    server = await startMlflow({
      version: '3.17.0',
      auth: true,
      environment: { MLFLOW_AUTH_ADMIN_PASSWORD: 'only for this test' },
    })
  }, 170_000)
  afterAll(() => server.stop())

  test('wrong credentials are told, and no password', async () => {
    const auth = { username: 'admin', password: 'geheim' }
    await using wrong = await installation(server.trackingUri, { auth })
    const name = freshName()
    await wrong.register(name, 1)
    const refused = mirrorModel(wrong.parts, name)
    await expect(refused).rejects.toMatchObject({ code: 'invalid_configuration' })
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('geheim') as unknown })
  }, 60_000)
})
