import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startApi, type RunningApi } from '@claims/api'
import {
  DirectoryArtifactStore,
  DirectoryLedger,
  DirectoryModelRegistry,
  LedgerModelRegistry,
} from '@claims/registry'
import { TestPerson } from '@claims/registry/testing'
import { claim, trainBundle } from './trained-bundles.ts'

const change = { actor: 'a test', reason: 'to serve it' }
let roots: string[] = []
let registry: DirectoryModelRegistry
/** Signs that versions may be promoted whose few rows say little. */
let grace: TestPerson
let registryRoot: string
let api: RunningApi

beforeAll(async () => {
  const made = [await trainBundle(3), await trainBundle(4)]
  roots = made.map(({ root }) => root)
  registryRoot = join(roots[0] ?? '', 'registry')
  registry = new DirectoryModelRegistry(registryRoot)
  for (const { bundle } of [...made, ...made.slice(0, 1)]) await registry.register('claims', bundle)
  grace = await TestPerson.enroll(registry, 'grace')
  await grace.promoteWith('claims', '1', change)
  api = await startApi({ port: 0, logLevel: 'silent', model: 'claims', registry, pollMilliseconds: 200 })
}, 180_000)
afterAll(async () => {
  await api.close()
  for (const root of roots) await rm(root, { recursive: true, force: true })
})

async function predict(records: number): Promise<{ status: number; versions: Set<string> }> {
  const batch = Array.from({ length: records }, (_, i) => ({ ...claim, claim_id: `C-${String(i)}` }))
  const response = await fetch(`${api.url}/api/v1/predict/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  })
  const body = (await response.json()) as { results: { model_version: string }[] }
  return { status: response.status, versions: new Set(body.results.map((result) => result.model_version)) }
}

async function until(version: string): Promise<number> {
  const start = performance.now()
  for (;;) {
    const ready = (await (await fetch(`${api.url}/health/ready`)).json()) as { model_version: string }
    if (ready.model_version === version) return performance.now() - start
    if (performance.now() - start > 30_000) throw new Error(`Version ${version} does not serve`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The bundle is damaged after it was looked at and before its promotion is written: earlier, it would be refused. */
async function promoteWhileDamaging(path: string): ReturnType<DirectoryModelRegistry['promote']> {
  const artifacts = new DirectoryArtifactStore(registryRoot)
  class Damaging extends DirectoryLedger {
    override async append(...entry: Parameters<DirectoryLedger['append']>): Promise<boolean> {
      await appendFile(path, ' ')
      return await super.append(...entry)
    }
  }
  await grace.approve({ name: 'claims', version: '2', kind: 'override' })
  const damaging = new LedgerModelRegistry({ ledger: new Damaging(registryRoot), artifacts })
  return await damaging.promote('claims', '2', { ...change, override: true })
}

describe('a registry that is followed', () => {
  test('promotions and rollbacks are served while claims are scored, on both threads, and none is dropped', async () => {
    let running = true
    const statuses = new Set<number>()
    const mixed: string[] = []
    const load = [1, 40, 400].map(async (records) => {
      while (running) {
        const { status, versions } = await predict(records)
        statuses.add(status)
        if (versions.size !== 1) mixed.push([...versions].join())
      }
    })
    const took: number[] = []
    for (const step of ['2', 'back', '3'] as const) {
      if (step === 'back') await registry.rollback('claims', change)
      else await grace.promoteWith('claims', step, change)
      took.push(await until(step === 'back' ? '1' : step))
    }
    running = false
    await Promise.all(load)
    expect([...statuses]).toEqual([200])
    expect(mixed).toEqual([])
    expect(Math.max(...took)).toBeLessThan(20_000)
  })

  test('a version that cannot be loaded leaves the one before, and says so until it is gone', async () => {
    const damaged = join(await (await registry.resolve('claims@2')).locate(), 'policy.json')
    await expect(promoteWhileDamaging(damaged)).resolves.toMatchObject({ version: '2' })
    const health = async (): Promise<unknown> => (await fetch(`${api.url}/health`)).json()
    const metric = async (): Promise<string> => (await fetch(`${api.url}/metrics`)).text()
    const start = performance.now()
    while (!JSON.stringify(await health()).includes('damaged_bundle')) {
      if (performance.now() - start > 20_000) throw new Error('The failure is not shown')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(await health()).toMatchObject({
      status: 'degraded',
      dependencies: { model: { status: 'up', version: '3', last_failure: 'damaged_bundle' } },
    })
    expect(await metric()).toMatch(/^claims_model_load_failures_total 1$/m)
    expect(await metric()).toMatch(/^claims_model_up_to_date 0$/m)
    expect((await predict(3)).status).toBe(200)
    await registry.rollback('claims', change)
    while (((await health()) as { status: string }).status !== 'up') {
      if (performance.now() - start > 40_000) throw new Error('The failure is still shown')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(await metric()).toMatch(/^claims_model_up_to_date 1$/m)
  })
})
