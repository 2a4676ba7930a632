import {
  requireLedgerInput,
  type DropRecord,
  type Ledger,
  type LedgerInspection,
  type LedgerPage,
} from '@claims/contracts'
import type { Database } from '../database.ts'
import { transaction } from '../transaction.ts'
import { appendWithin } from './append-within.ts'
import { DatabaseLedgerInspection } from './database-ledger-inspection.ts'
import { dropWithin } from './drop-within.ts'

/**
 * The ledger in the tables `ledger_entries`, one row an entry, and `ledger_heads`, one row a sequence with the position and
 * hash of its last entry.
 */
export class DatabaseLedger implements Ledger {
  readonly #database: Database

  /** @param database migrated; closed by who opened it */
  constructor(database: Database) {
    this.#database = database
  }

  async names(): Promise<readonly string[]> {
    const rows = await this.#database.kysely
      .selectFrom('ledger_heads')
      .select('name')
      .where('dropped', '=', 0)
      .orderBy('name')
      .execute()
    return rows.map(({ name }) => name)
  }

  async read(name: string): Promise<readonly string[]> {
    requireLedgerInput({ name })
    const rows = await this.#database.kysely
      .selectFrom('ledger_entries')
      .select('entry')
      .where('name', '=', name)
      .orderBy('position')
      .execute()
    return rows.map(({ entry }) => entry)
  }

  async page(name: string, page: LedgerPage): Promise<readonly string[]> {
    requireLedgerInput({ name, page })
    const rows = await this.#database.kysely
      .selectFrom('ledger_entries')
      .select('entry')
      .where('name', '=', name)
      .where('position', '>', page.after)
      .orderBy('position')
      .limit(page.limit)
      .execute()
    return rows.map(({ entry }) => entry)
  }

  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    requireLedgerInput({ name, entries })
    return await transaction(this.#database, (tables) => appendWithin(tables, name, { after, entries }))
  }

  async drop(name: string, last: string, record?: DropRecord): Promise<boolean> {
    requireLedgerInput({ name, record })
    return await transaction(this.#database, async (tables) => {
      // The record first: where it is refused, nothing was written.
      if (record !== undefined && !(await appendWithin(tables, record.name, record))) return false
      if (await dropWithin(tables, name, last)) return true
      if (record === undefined) return false
      throw new NotDropped()
    }).catch((error: unknown) => {
      if (error instanceof NotDropped) return false
      throw error
    })
  }

  inspect(): LedgerInspection {
    return new DatabaseLedgerInspection(this.#database)
  }
}

/** Ends a transaction whose record was written and whose sequence may not be dropped. */
class NotDropped extends Error {}
