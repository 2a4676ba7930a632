import type { Transaction } from 'kysely'
import { ClaimsError, emptyLedger } from '@claims/contracts'
import type { Schema } from '../schema.ts'

/** Where a sequence ends. */
export interface LedgerEnd {
  /** Of the last entry; 0 where there is none. */
  readonly position: number
  /** Of the last entry; `emptyLedger` where there is none. */
  readonly sha256: string
  readonly dropped: boolean
}

/** Where the table of heads says that a sequence ends. */
export async function ledgerEnd(tables: Transaction<Schema>, name: string): Promise<LedgerEnd> {
  const head = await tables
    .selectFrom('ledger_heads')
    .select(['position', 'sha256', 'dropped'])
    .where('name', '=', name)
    .executeTakeFirst()
  if (head === undefined) return { position: 0, sha256: emptyLedger, dropped: false }
  return { ...head, dropped: head.dropped !== 0 }
}

/**
 * Compares where a sequence should end with its last row. Whoever is refused calls it, so that rows that somebody removed or
 * added are told from those that others appended.
 *
 * @throws ClaimsError `damaged_database`
 */
export async function requireLastEntry(
  tables: Transaction<Schema>,
  name: string,
  end: LedgerEnd,
): Promise<void> {
  const last = await tables
    .selectFrom('ledger_entries')
    .select(['position', 'sha256'])
    .where('name', '=', name)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  const expected = end.dropped ? 0 : end.position
  const found = last?.position ?? 0
  if (found === expected && (found === 0 || last?.sha256 === end.sha256)) return
  const problem = `ends at ${String(found)}, and its head says ${String(expected)}${found === expected ? ' with another hash' : ''}`
  throw new ClaimsError('damaged_database', `The ledger ${name} ${problem}`, {
    problems: [
      {
        field: `ledger_heads ${name}`,
        problem,
        allowed: 'the rows that the product wrote; `claims ledger verify` names what was changed',
      },
    ],
  })
}
