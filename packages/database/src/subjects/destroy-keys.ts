import type { Transaction } from 'kysely'
import type { DestroyOptions } from '@claims/contracts'
import { appendChained } from '../ledger/append-chained.ts'
import type { Schema } from '../schema.ts'

/** Sequence of the ledger that erasures are told in. */
const systemLedger = '_system'

/** A key that was destroyed. */
export interface DestroyedKey {
  readonly subject: string
  /** How many records it opened. */
  readonly predictions: number
  /** What was stored of it, to look whether it is still found somewhere. */
  readonly wrapped: Uint8Array
}

/** Whose keys are destroyed, and what is told. */
export interface KeysToDestroy extends DestroyOptions {
  readonly subjects: readonly string[]
}

/** Destroys keys within a transaction, which also tells it; see `SubjectKeyStore.destroy`. */
export async function destroyKeys(
  tables: Transaction<Schema>,
  { subjects, at, entry }: KeysToDestroy,
): Promise<readonly DestroyedKey[]> {
  const done: DestroyedKey[] = []
  for (const subject of new Set(subjects)) {
    const key = await tables
      .selectFrom('subject_keys')
      .select('wrapped')
      .where('subject', '=', subject)
      .executeTakeFirst()
    const wrapped = key?.wrapped ?? null
    if (wrapped === null) continue
    const { count } = await tables
      .selectFrom('predictions')
      .select(({ fn }) => fn.countAll<number | bigint>().as('count'))
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow()
    await tables
      .updateTable('subject_keys')
      .set({ wrapped: null, lookup: null, destroyed_at: at.toISOString() })
      .where('subject', '=', subject)
      .execute()
    done.push({ subject, wrapped, predictions: Number(count) })
  }
  const entries = done.map(({ subject, predictions }) => entry({ subject, predictions }))
  if (entries.length > 0) await appendChained(tables, systemLedger, entries)
  return done
}
