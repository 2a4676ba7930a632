import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { exampleBundle } from '@claims/contracts/example'
import { DatabaseLedger, migrate, openDatabase } from '@claims/database'
import { registrationDetails } from '@claims/registry'
import { findPostgres, newPostgresDatabase, startPostgres } from '@claims/servers/postgres'
import { judge, type Measurement } from './measurement.ts'
import { quantile } from './quantile.ts'
import type { VersionsTimes } from './versions-process.ts'

const count = 10_000
const rounds = 5

/**
 * Pages of 50 of a model with 10,000 versions, in processes of their own: warm, and the first page of a process, which reads
 * and checks the whole history.
 *
 * @param directory for files
 */
export async function versions(directory: string): Promise<Measurement[]> {
  const measurements = await measure('SQLite', join(directory, 'versions.sqlite'), directory)
  if (findPostgres() === undefined) {
    process.stderr.write('PostgreSQL is not installed\n')
    return measurements
  }
  const server = await startPostgres({ user: 'claims' })
  try {
    const { url } = await newPostgresDatabase(server)
    return [...measurements, ...(await measure('PostgreSQL', url, directory))]
  } finally {
    await server.stop()
  }
}

async function measure(kind: string, url: string, directory: string): Promise<Measurement[]> {
  const database = await openDatabase({ url })
  await migrate(database)
  await new DatabaseLedger(database).append('fraud', emptyLedger, history())
  await database.close()
  const place = join(directory, 'versions-database')
  writeFileSync(place, url, { mode: 0o600 })
  const times = Array.from({ length: rounds }, () => runOnce(place))
  return [
    judge({
      name: `10,000 versions on ${kind}, a page of 50, p95`,
      value: quantile(
        times.map(({ warm }) => warm),
        0.5,
      ),
      unit: 'ms',
      limit: { at: 'most', value: 50 },
    }),
    judge({
      name: `10,000 versions on ${kind}, the first page of a process`,
      value: quantile(
        times.map(({ cold }) => cold),
        0.5,
      ),
      unit: 'ms',
      limit: { at: 'most', value: 250 },
    }),
  ]
}

function runOnce(place: string): VersionsTimes {
  const script = fileURLToPath(new URL('versions-process.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning', script, place],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`versions-process.ts ended with ${String(status)}: ${stderr}`)
  return JSON.parse(stdout) as VersionsTimes
}

/** Lines as registrations write them: 0.7 kB each. */
function history(): readonly string[] {
  const details = registrationDetails(exampleBundle().manifest)
  const facts = Array.from({ length: count }, (_, i) => ({
    ...{ time: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(), actor: 'ada', action: 'register' },
    ...{ version: String(i + 1), alias: null, previous: null, reason: `run ${String(i)}`, override: false },
    manifest_sha256: (i + 1).toString(16).padStart(64, '0'),
    details,
  }))
  return chainLines(facts, emptyLedger)
}
