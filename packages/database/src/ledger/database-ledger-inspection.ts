import { sql } from 'kysely'
import type { LedgerHead, LedgerInspection, LedgerRow } from '@claims/contracts'
import type { Database } from '../database.ts'

/** Characters that a page should have, and its rows: few before their size is known. */
const [pageCharacters, firstRows, mostRows] = [4_000_000, 64, 4_096]

/** What the tables of a ledger hold, asked page by page without a transaction, so that nobody waits. */
export class DatabaseLedgerInspection implements LedgerInspection {
  readonly keepsHeads: boolean
  readonly #database: Database

  /** @param database migrated; closed by who opened it */
  constructor(database: Database) {
    this.keepsHeads = true
    this.#database = database
  }

  async names(): Promise<readonly string[]> {
    // The names of rows by a walk over the index, which asks for the next one above the last, not for every row.
    const { rows } = await sql<{ name: string }>`
      with recursive walk (name) as (
        select min(name) from ledger_entries
        union all
        select (select min(name) from ledger_entries where name > walk.name) from walk where walk.name is not null
      )
      select name from walk where name is not null union select name from ledger_heads order by name
    `.execute(this.#database.kysely)
    return rows.map(({ name }) => name)
  }

  async *rows(name: string, after: number | null): AsyncGenerator<readonly LedgerRow[], void, undefined> {
    let last = after
    for (let limit = firstRows; ;) {
      const rows = await this.#page(name, last, limit)
      const end = rows.at(-1)
      if (end === undefined) return
      yield rows
      if (rows.length < limit) return
      last = end.position
      const characters = rows.reduce((sum, { entry }) => sum + entry.length, 0)
      limit = Math.min(mostRows, 4 * limit, Math.ceil((pageCharacters * rows.length) / characters))
    }
  }

  async head(name: string): Promise<LedgerHead | null> {
    const head = await this.#database.kysely
      .selectFrom('ledger_heads')
      .select(['position', 'sha256', 'dropped'])
      .where('name', '=', name)
      .executeTakeFirst()
    return head === undefined ? null : { ...head, dropped: head.dropped !== 0 }
  }

  remainder(): Promise<null> {
    return Promise.resolve(null)
  }

  #page(name: string, after: number | null, limit: number): Promise<readonly LedgerRow[]> {
    const rows = this.#database.kysely
      .selectFrom('ledger_entries')
      .select(['position', 'entry', 'sha256'])
      .where('name', '=', name)
    return (after === null ? rows : rows.where('position', '>', after))
      .orderBy('position')
      .limit(limit)
      .execute()
  }
}
