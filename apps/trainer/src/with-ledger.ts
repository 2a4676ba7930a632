import { ClaimsError, type Ledger, type PredictionLog } from '@claims/contracts'
import { DatabaseLedger, DatabasePredictionLog, openDatabase, schemaStatus } from '@claims/database'
import type { DatabaseOptions } from './command-options.ts'
import type { CommandContext } from './context.ts'

/** A whole partition is removed by one statement; a server has no other limit than this for one, in ms. */
const longestStatement = 3_600_000

/** A ledger that is open, and where. */
export interface OpenLedger {
  readonly ledger: Ledger
  readonly log: PredictionLog
  /** A path, or an address without its password. */
  readonly place: string
}

/**
 * Opens the ledger of this installation for a piece of work, and closes it. Nothing is made or migrated: one that is looked for
 * at a wrong place is not found whole there.
 *
 * @throws ClaimsError `file_not_found`, `database_outdated`; those of `openDatabase`
 */
export async function withLedger<T>(
  { database: url }: DatabaseOptions,
  { config }: Pick<CommandContext, 'config'>,
  work: (opened: OpenLedger) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({
    url: url ?? config.storage.databaseUrl,
    create: false,
    environment: config.environment,
    allowPlaintextHosts: config.storage.plaintextHosts,
    statementMilliseconds: longestStatement,
  })
  try {
    const { version, newest, pending } = await schemaStatus(database)
    if (pending.length > 0) throw outdated(database.place, version, newest)
    return await work({
      ...{ ledger: new DatabaseLedger(database), log: new DatabasePredictionLog(database) },
      place: database.place,
    })
  } finally {
    await database.close()
  }
}

function outdated(place: string, version: number, newest: number): ClaimsError {
  const problem = `has schema ${String(version)}, and this product needs ${String(newest)}`
  return new ClaimsError('database_outdated', `The database ${place} ${problem}`, {
    problems: [{ field: 'database', problem, allowed: 'a database after claims database migrate' }],
  })
}
