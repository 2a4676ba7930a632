import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainLines } from '@claims/contracts/chain'
import { emptyLedger, type Ledger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { DatabaseLedger, migrate, openDatabase, type Database } from '@claims/database'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase } from '@claims/servers/postgres'

/** A migrated database for one test. */
export interface LedgerDatabase {
  readonly ledger: Ledger
  readonly database: Database
  readonly folder: string
  readonly url: string
  dispose(): Promise<void>
}

/** Declares the same tests for both kinds of database; those on PostgreSQL where there is a server. */
export function describeDatabases(title: string, body: (open: () => Promise<LedgerDatabase>) => void): void {
  for (const kind of ['sqlite', 'postgres'] as const)
    describeUnless(kind === 'postgres' ? missingPostgres() : undefined, `${title}, ${kind}`, () => {
      body(() => newLedgerDatabase(kind))
    })
}

async function newLedgerDatabase(kind: 'postgres' | 'sqlite'): Promise<LedgerDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'claims-ledger-'))
  const server = kind === 'postgres' ? await newPostgresDatabase() : undefined
  const url = server?.url ?? join(folder, 'claims.sqlite')
  const database = await openDatabase({ url })
  await migrate(database)
  return {
    ...{ database, folder, url, ledger: new DatabaseLedger(database) },
    dispose: async () => {
      await database.close()
      await server?.drop()
      await rm(folder, { recursive: true })
    },
  }
}

/** Lines of a chain that say 1, 2, 3 ..., a second apart. */
export function numberedLines(count: number, last: string = emptyLedger, first = 1): readonly string[] {
  return chainLines(
    Array.from({ length: count }, (_, i) => ({
      time: new Date(Date.UTC(2026, 0, 1) + (first + i) * 1000).toISOString(),
      n: first + i,
    })),
    last,
  )
}

/** Fills a sequence with numbered lines. @returns them */
export async function fill(ledger: Ledger, name: string, count: number): Promise<readonly string[]> {
  const lines = numberedLines(count)
  if (!(await ledger.append(name, emptyLedger, lines))) throw new Error(`${name} is not empty`)
  return lines
}

/** Replaces rows of a database by those of other entries, with hashes that are theirs. */
export async function rewrite(
  { kysely }: Database,
  name: string,
  { from, entries }: { readonly from: number; readonly entries: readonly string[] },
): Promise<void> {
  await kysely.deleteFrom('ledger_entries').where('name', '=', name).where('position', '>=', from).execute()
  for (const [i, entry] of entries.entries())
    await kysely
      .insertInto('ledger_entries')
      .values({ name, position: from + i, entry, sha256: sha256(entry) })
      .execute()
}
