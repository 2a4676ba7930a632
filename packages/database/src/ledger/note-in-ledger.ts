import type { Database } from '../database.ts'
import { transaction } from '../transaction.ts'
import { appendChained } from './append-chained.ts'

/**
 * Appends what was done to a sequence of the product's own, chained to its end, whoever else appends.
 *
 * @param database migrated
 * @param name such as `_system`
 * @param entry JSON-serialisable
 * @throws ClaimsError `ledger_dropped`, `database_unavailable`
 *
 * @example
 * await noteInLedger(database, '_system', { action: 'personal_data_read', reason: 'request 7' })
 */
export async function noteInLedger(database: Database, name: string, entry: object): Promise<void> {
  await transaction(database, (tables) => appendChained(tables, name, [entry]))
}
