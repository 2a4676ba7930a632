import { PositionsWatch, type Clock, type LedgerWatch, type PositionsReader } from '@claims/contracts'
import type { Database } from '../database.ts'
import { databaseAddress } from '../database-address.ts'
import type { DatabaseSettings } from '../database-settings.ts'
import { PostgresPositions } from './postgres-positions.ts'
import { SqlitePositions } from './sqlite-positions.ts'

/** How often a watch looks. */
export interface WatchOptions {
  /** Time between two looks where nobody tells of changes; where PostgreSQL does, three times as long. Default 1,000 ms. */
  readonly pollMilliseconds?: number | undefined
  readonly clock?: Clock | undefined
}

/** A watch of a database's ledger. */
export interface DatabaseWatch extends LedgerWatch {
  /** Of the schema, at the last look; null before the first. A newer product may migrate while this one runs. */
  readonly schemaVersion: number | null
}

/**
 * Watches the ledger of a database, through a connection of its own for each iteration.
 *
 * SQLite is asked whether anybody wrote, which costs no read. PostgreSQL notifies one who listens. That this works is tried
 * again and again from another connection: a pooler may hand a connection that listens to somebody else, without a word.
 * Where it does not work, and beside it at a slow pace, the watch looks by itself.
 *
 * @param database that is watched
 * @param settings it was opened with
 * @param options how often to look
 * @throws ClaimsError those of `openDatabase` for the address
 *
 * @example
 * const watch = watchLedger(await openDatabase(settings), settings)
 * for await (const name of watch.changes(signal)) console.log(name)
 */
export function watchLedger(
  database: Database,
  settings: DatabaseSettings,
  { pollMilliseconds = 1_000, clock }: WatchOptions = {},
): DatabaseWatch {
  const address = databaseAddress(settings.url)
  let schemaVersion: number | null = null
  const seen = {
    pollMilliseconds,
    onSchema: (version: number): void => {
      schemaVersion = version
    },
  }
  const open = (): PositionsReader =>
    address.kind === 'sqlite'
      ? new SqlitePositions(address.path, seen)
      : new PostgresPositions(address, { ...seen, settings, database })
  const watch = new PositionsWatch({ open, clock })
  return {
    get state() {
      return watch.state
    },
    get schemaVersion() {
      return schemaVersion
    },
    changes: (signal) => watch.changes(signal),
  }
}
