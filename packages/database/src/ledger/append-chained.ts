import type { Transaction } from 'kysely'
import { chainLines } from '@claims/contracts/chain'
import type { Schema } from '../schema.ts'
import { appendWithin } from './append-within.ts'
import { ledgerEnd } from './ledger-end.ts'

/**
 * Chains objects to the end of a sequence within a transaction.
 *
 * @param objects at least one, in order; JSON-serialisable
 * @returns the position of the first of them
 * @throws ClaimsError `ledger_dropped`
 */
export async function appendChained(
  tables: Transaction<Schema>,
  name: string,
  objects: readonly object[],
): Promise<number> {
  const { position, sha256: after } = await ledgerEnd(tables, name)
  await appendWithin(tables, name, { after, entries: chainLines(objects, after) })
  return position + 1
}
