import type { Transaction } from 'kysely'
import { requireLedgerInput } from '@claims/contracts'
import type { Schema } from '../schema.ts'
import { ledgerEnd, requireLastEntry } from './ledger-end.ts'

/**
 * Removes every entry of a name within a transaction, and leaves its head as the mark that it was there.
 *
 * @param last SHA-256 of its last entry
 * @returns whether it was removed; false where another entry is the last, or where there is none
 * @throws ClaimsError `damaged_database` where the last row is not the one that the head names
 */
export async function dropWithin(tables: Transaction<Schema>, name: string, last: string): Promise<boolean> {
  requireLedgerInput({ name })
  const end = await ledgerEnd(tables, name)
  await requireLastEntry(tables, name, end)
  if (end.dropped || end.position === 0 || end.sha256 !== last) return false
  await tables.deleteFrom('ledger_entries').where('name', '=', name).execute()
  await tables.updateTable('ledger_heads').set({ dropped: 1 }).where('name', '=', name).execute()
  return true
}
