import type { Transaction } from 'kysely'
import { emptyLedger, type Ledger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import type { Database } from '../database.ts'
import { DatabaseFailure } from '../database-failure.ts'
import type { FoundFailure } from '../found-failure.ts'
import type { Schema } from '../schema.ts'
import { transaction } from '../transaction.ts'

/** Most entries of one statement: PostgreSQL takes 65,535 values, SQLite 32,766. */
const entriesAtOnce = 1_000

const overtaken: FoundFailure = {
  code: 'database_unavailable',
  problem: 'was changed by others at the same time',
  again: true,
}

/** The ledger in the table `ledger_entries`, one row an entry. */
export class DatabaseLedger implements Ledger {
  readonly #database: Database

  /** @param database migrated; closed by who opened it */
  constructor(database: Database) {
    this.#database = database
  }

  async names(): Promise<readonly string[]> {
    const rows = await this.#database.kysely
      .selectFrom('ledger_entries')
      .select('name')
      .where('position', '=', 1)
      .orderBy('name')
      .execute()
    return rows.map(({ name }) => name)
  }

  async read(name: string): Promise<readonly string[]> {
    const rows = await this.#database.kysely
      .selectFrom('ledger_entries')
      .select('entry')
      .where('name', '=', name)
      .orderBy('position')
      .execute()
    return rows.map(({ entry }) => entry)
  }

  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    requireLines(entries)
    return await transaction(this.#database, (tables) => appendWithin(tables, name, { after, entries }))
  }
}

/**
 * Appends within a transaction, so that what else the transaction writes is stored together with the entries.
 *
 * @returns whether they were appended; false where another entry is the last, and then nothing was written
 */
export async function appendWithin(
  tables: Transaction<Schema>,
  name: string,
  { after, entries }: { readonly after: string; readonly entries: readonly string[] },
): Promise<boolean> {
  requireLines(entries)
  const last = await tables
    .selectFrom('ledger_entries')
    .select(['position', 'sha256'])
    .where('name', '=', name)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  if ((last?.sha256 ?? emptyLedger) !== after) return false
  const first = (last?.position ?? 0) + 1
  const rows = entries.map((entry, i) => ({ name, position: first + i, entry, sha256: sha256(entry) }))
  for (let i = 0; i < rows.length; i += entriesAtOnce) {
    const some = rows.slice(i, i + entriesAtOnce)
    const insert = tables.insertInto('ledger_entries').values(some)
    const { numInsertedOrUpdatedRows } = await insert
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    // Somebody else's entry was stored since the last one was read; where transactions are serial, the database says so.
    if (numInsertedOrUpdatedRows !== BigInt(some.length))
      throw new DatabaseFailure(overtaken, `of the ledger ${name}`, undefined)
  }
  return true
}

function requireLines(entries: readonly string[]): void {
  if (entries.length === 0 || entries.some((entry) => entry === '' || /[\n\r\0]/.test(entry)))
    throw new TypeError('A ledger takes at least one entry, each one line')
}
