import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleEvaluation, exampleManifestFacts } from '@claims/contracts/example'
import {
  DirectoryArtifactStore,
  newKeyPair,
  noPolicy,
  openRegistry,
  parseConstraint,
  parseSigningKey,
  signApproval,
  writeBundle,
  type OpenRegistry,
} from '@claims/registry'
import { canonicalJson } from '@claims/contracts'
import { migrate, openDatabase } from '@claims/database'
import { findPostgres, newPostgresDatabase, startPostgres } from '@claims/servers/postgres'
import { judge, type Measurement } from './measurement.ts'
import { quantile } from './quantile.ts'

const promotions = 200
const bundleBytes = 5_000_000

/**
 * Promotions in process, on both databases: a policy with a constraint and an approval, a bundle of 5 MB that is read and
 * checked whole every time.
 */
export async function registryPromotion(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'claims-bench-registry-'))
  try {
    await writeLargeBundle(join(folder, 'bundle'))
    const measurements = [await measure('sqlite', join(folder, 'claims.sqlite'), folder)]
    if (findPostgres() === undefined) process.stderr.write('PostgreSQL is not there\n')
    else measurements.push(await measureOnServer(folder))
    return measurements
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureOnServer(folder: string): Promise<Measurement> {
  const server = await startPostgres({ user: 'claims' })
  try {
    const { url } = await newPostgresDatabase({ port: server.port, user: 'claims' })
    return await measure('postgres', url, folder)
  } finally {
    await server.stop()
  }
}

async function measure(kind: string, url: string, folder: string): Promise<Measurement> {
  const database = await openDatabase({ url })
  await migrate(database)
  await database.close()
  const artifacts = new DirectoryArtifactStore(join(folder, kind))
  const opened = await openRegistry({ database: { url }, artifacts })
  try {
    await prepare(opened, join(folder, 'bundle'))
    const times: number[] = []
    for (let i = 0; i < promotions; i += 1) {
      const from = performance.now()
      await opened.registry.promote('fraud', i % 2 === 0 ? '1' : '2', { actor: 'pat', reason: 'measured' })
      times.push(performance.now() - from)
    }
    return judge({
      name: `promote, 5 MB bundle, ${kind}, p95 of ${String(promotions)}`,
      value: quantile(times, 0.95),
      unit: 'ms',
      limit: { at: 'most', value: 50 },
      note: `p50 ${quantile(times, 0.5).toFixed(1)} ms, slowest ${Math.max(...times).toFixed(1)} ms`,
    })
  } finally {
    await opened.close()
  }
}

/** Two versions that ada registered and grace approved, under a policy. */
async function prepare({ registry }: OpenRegistry, bundle: string): Promise<void> {
  const key = parseSigningKey(newKeyPair().privateKey, 'grace')
  const change = { actor: 'grace', reason: 'measured' }
  await registry.approvers.enroll({ ...change, name: 'grace', publicKey: key })
  for (const version of ['1', '2']) {
    await registry.register('fraud', bundle, { actor: 'ada' })
    const statement = await registry.gates.draftApproval('fraud', {
      ...{ kind: 'approval', version, key, reason: 'measured' },
    })
    await registry.gates.approve('fraud', signApproval(statement, key), change)
  }
  const constraints = [parseConstraint('recall on test >= 0.5')]
  await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 1, constraints }, change)
}

async function writeLargeBundle(directory: string): Promise<void> {
  await writeBundle(directory, async (temporary) => {
    await mkdir(join(temporary, 'model'))
    await writeFile(join(temporary, 'model', 'weights.bin'), randomBytes(bundleBytes))
    await writeFile(join(temporary, 'evaluation.json'), canonicalJson(exampleEvaluation()))
    return exampleManifestFacts()
  })
}
