import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { ClaimsError } from '@claims/contracts'
import type { Database } from './database.ts'
import { DatabaseFailure } from './database-failure.ts'
import type { Schema } from './schema.ts'

/** How a transaction runs. */
export interface TransactionOptions {
  /** `read` sees one state of everything and writes nothing. Default `write`. */
  readonly access?: 'read' | 'write'
  /**
   * What PostgreSQL keeps apart: `serializable` (default) is as if transactions ran one after the other, which SQLite always
   * does; `read committed` lets each statement see what others have finished before it.
   */
  readonly isolation?: 'serializable' | 'read committed'
  /** How long it is run again while others are in the way, in ms. Default 10,000. */
  readonly patienceMilliseconds?: number
}

/** Longest wait before the first repetition; it doubles up to the second number. */
const [firstPause, longestPause] = [4, 100]

/**
 * Runs work in one transaction: everything that it wrote is stored when this returns, and nothing where it throws.
 * Where others are in the way (serialisation failure, deadlock, lock) the work is run again from its start, after a
 * pause of random length, so it must do nothing but ask the database.
 *
 * @param database to run in; the work asks `transaction` alone, as SQLite has no second connection
 * @param work what to do; called once or more often
 * @returns what the work returned when it was stored
 * @throws ClaimsError `database_unavailable` where others stayed in the way, or where the connection was lost; in the
 *   second case, where that was while it was stored, it may be stored
 *
 * @example
 * await transaction(database, async (tables) => {
 *   await tables.insertInto('ledger_entries').values(entry).execute()
 * })
 */
export async function transaction<T>(
  database: Database,
  work: (transaction: Transaction<Schema>) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { patienceMilliseconds = 10_000 } = options
  const started = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(database, work, options)
    } catch (error) {
      if (!(error instanceof DatabaseFailure && error.again)) throw error
      const pause = Math.random() * Math.min(longestPause, firstPause * 2 ** (attempt - 1))
      const passed = performance.now() - started
      if (passed + pause > patienceMilliseconds) throw exhausted(error, attempt, passed)
      await sleep(pause)
    }
  }
}

function runOnce<T>(
  { kind, kysely }: Database,
  work: (transaction: Transaction<Schema>) => Promise<T>,
  { access = 'write', isolation = 'serializable' }: TransactionOptions,
): Promise<T> {
  const builder = kysely.transaction().setAccessMode(access === 'read' ? 'read only' : 'read write')
  if (kind === 'sqlite') return builder.execute(work)
  return builder.setIsolationLevel(access === 'read' ? 'repeatable read' : isolation).execute(work)
}

function exhausted(error: DatabaseFailure, attempts: number, milliseconds: number): ClaimsError {
  const seconds = (milliseconds / 1000).toFixed(1)
  return new ClaimsError(
    'database_unavailable',
    `${error.message}, also after ${attempts} attempts in ${seconds} s`,
    { cause: error, problems: error.problems },
  )
}
