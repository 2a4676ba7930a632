import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
import { DatabaseLedger, migrate, openDatabase } from '@claims/database'
import { newPostgresDatabase, startPostgres } from '@claims/servers/postgres'
import { judge, type Measurement } from './measurement.ts'

const rows = 1_000_000
const atOnce = 10_000

/** Verifies a ledger of a million entries on both kinds of database, each in a process of its own. */
export async function ledger(directory: string): Promise<Measurement[]> {
  const server = await startPostgres({ user: 'claims' })
  try {
    const postgres = await newPostgresDatabase(server)
    return [
      ...(await verifyIn('SQLite', join(directory, 'ledger.sqlite'))),
      ...(await verifyIn('PostgreSQL', postgres.url)),
    ]
  } finally {
    await server.stop()
  }
}

async function verifyIn(kind: string, url: string): Promise<Measurement[]> {
  await fill(url)
  const program = join(import.meta.dirname, 'verify-once.ts')
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning', program, url],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the ledger was not verified:\n${stderr}`)
  const { seconds, busy, mebibytes, entries } = JSON.parse(stdout) as Record<string, number>
  if (entries !== rows) throw new Error(`${String(entries)} entries were verified`)
  const name = `verify ${rows.toLocaleString('en')} entries, ${kind}`
  return [
    judge({
      ...{ name, value: seconds ?? NaN, unit: 's', limit: { at: 'most', value: 20 } },
      note: `${(busy ?? NaN).toFixed(1)} s of a processor`,
    }),
    judge({
      ...{ name: `${name}, memory`, value: mebibytes ?? NaN, unit: 'MiB' },
      limit: { at: 'most', value: 400 },
    }),
  ]
}

/** Partitions of twelve months with entries as long as a record of a prediction. */
async function fill(url: string): Promise<void> {
  const database = await openDatabase({ url })
  try {
    await migrate(database)
    const to = new DatabaseLedger(database)
    const batches = rows / atOnce
    let after = emptyLedger
    for (let batch = 0; batch < batches; batch += 1) {
      const month = (start: number): number => 1 + Math.floor((start * 12) / batches)
      if (month(batch) !== month(batch - 1)) after = emptyLedger
      const lines = chainLines(
        Array.from({ length: atOnce }, (_, i) => record(batch * atOnce + i)),
        after,
      )
      const name = `_predictions-2026-${String(month(batch)).padStart(2, '0')}`
      if (!(await to.append(name, after, lines))) throw new Error(`${name} has another end`)
      after = sha256(lines.at(-1) ?? '')
    }
  } finally {
    await database.close()
  }
}

function record(n: number): object {
  return {
    id: `019c0000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    recorded_at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    model: { name: 'auto-fraud', version: '3', manifest_sha256: 'a'.repeat(64) },
    features_sha256: sha256(String(n)),
    probability: (n % 1000) / 1000,
    decision: n % 7 === 0 ? 'review' : 'approve',
    input: Buffer.alloc(300, n).toString('base64'),
  }
}
