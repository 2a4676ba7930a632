import type { Transaction } from 'kysely'
import { ledgerDropped, requireLedgerInput } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { DatabaseFailure } from '../database-failure.ts'
import type { FoundFailure } from '../found-failure.ts'
import type { Schema } from '../schema.ts'
import { ledgerEnd, requireLastEntry } from './ledger-end.ts'

/** Most entries of one statement: PostgreSQL takes 65,535 values, SQLite 32,766. */
const entriesAtOnce = 1_000

const overtaken: FoundFailure = {
  code: 'database_unavailable',
  problem: 'was changed by others at the same time',
  again: true,
}

/**
 * Appends within a transaction, so that what else the transaction writes is stored together with the entries.
 *
 * @returns whether they were appended; false where another entry is the last, and then nothing was written
 * @throws ClaimsError `ledger_dropped`; `damaged_database` where the last row is not the one that the head names
 */
export async function appendWithin(
  tables: Transaction<Schema>,
  name: string,
  { after, entries }: { readonly after: string; readonly entries: readonly string[] },
): Promise<boolean> {
  requireLedgerInput({ name, entries })
  const end = await ledgerEnd(tables, name)
  if (end.dropped) throw ledgerDropped(name)
  if (end.sha256 !== after) {
    await requireLastEntry(tables, name, end)
    return false
  }
  const first = end.position + 1
  const rows = entries.map((entry, i) => ({ name, position: first + i, entry, sha256: sha256(entry) }))
  for (let i = 0; i < rows.length; i += entriesAtOnce) {
    const some = rows.slice(i, i + entriesAtOnce)
    const insert = tables.insertInto('ledger_entries').values(some)
    const { numInsertedOrUpdatedRows } = await insert
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    // Somebody else's entry was stored since the last one was read; where transactions are serial, the database says so.
    if (numInsertedOrUpdatedRows !== BigInt(some.length)) {
      if (i === 0) await requireLastEntry(tables, name, end)
      throw new DatabaseFailure(overtaken, `of the ledger ${name}`, undefined)
    }
  }
  await writeHead(tables, name, { position: end.position + rows.length, sha256: rows.at(-1)!.sha256 })
  return true
}

async function writeHead(
  tables: Transaction<Schema>,
  name: string,
  head: { readonly position: number; readonly sha256: string },
): Promise<void> {
  await tables
    .insertInto('ledger_heads')
    .values({ name, ...head, dropped: 0 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(head))
    .execute()
}
