import { sql, type Transaction } from 'kysely'
import { systemClock, type Clock } from '@claims/contracts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'
import { transaction } from '../transaction.ts'
import { columnTypes, migrationChecksum, type Migration } from './migration.ts'
import { migrations as ours } from './migrations.ts'
import { readApplied, statusOf, type AppliedMigration } from './schema-status.ts'

/** What `migrate` may be told. */
export interface MigrateOptions {
  readonly clock?: Clock
  /** Default those of the product. */
  readonly migrations?: readonly Migration[]
}

/** Of the lock that keeps two who migrate one PostgreSQL database apart: `claims` in ASCII. */
const lockNumber = 0x636c61696d73

/**
 * Brings the schema of a database to that of this product. Each migration is one transaction, so a process that dies leaves
 * the schema before it or after it, and those who start at once wait for each other.
 *
 * @param database opened
 * @returns the migrations that this call applied, in order; none where there was nothing to do
 * @throws ClaimsError `database_newer`, `damaged_database`, `database_unavailable`
 *
 * @example
 * const applied = await migrate(await openDatabase({ url: 'sqlite:claims.sqlite' }))
 */
export async function migrate(
  database: Database,
  { clock = systemClock, migrations = ours }: MigrateOptions = {},
): Promise<readonly AppliedMigration[]> {
  const done: AppliedMigration[] = []
  for (;;) {
    const one = await transaction(
      database,
      async (tables) => {
        await lock(database, tables)
        const { pending } = statusOf(database, await readApplied(database, tables), migrations)
        const next = migrations.find(({ version }) => version === pending[0]?.version)
        return next === undefined ? undefined : await apply(database, next, { tables, clock })
      },
      // What another starter finished while this one waited for the lock has to be seen.
      { isolation: 'read committed' },
    )
    if (one === undefined) return done
    done.push(one)
  }
}

/** Keeps others who migrate away until the transaction ends; on SQLite it began with that. */
export async function lock({ kind }: Database, tables: Transaction<Schema>): Promise<void> {
  if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(lockNumber)})`.execute(tables)
}

/** Where and when a migration is applied. */
export interface MigrationPlace {
  readonly tables: Transaction<Schema>
  readonly clock: Clock
}

/** Applies one migration within a transaction, and records it. */
export async function apply(
  { kind }: Database,
  migration: Migration,
  { tables, clock }: MigrationPlace,
): Promise<AppliedMigration> {
  const types = columnTypes[kind]
  if (migration.version === 1) await sql.raw(recordTable(kind)).execute(tables)
  for (const statement of migration.statements(types)) await sql.raw(statement).execute(tables)
  const record: AppliedMigration = {
    version: migration.version,
    name: migration.name,
    checksum: migrationChecksum(migration),
    applied_at: clock.now().toISOString(),
  }
  await tables.insertInto('schema_migrations').values(record).execute()
  return record
}

function recordTable(kind: Database['kind']): string {
  const { integer, text, timestamp, tableEnd } = columnTypes[kind]
  return `create table schema_migrations (
    version ${integer} not null primary key check (version between 1 and 9007199254740991),
    name ${text} not null,
    checksum ${text} not null check (length(checksum) = 64),
    applied_at ${timestamp} not null
  )${tableEnd}`
}
