import { sql, type Kysely } from 'kysely'
import { ClaimsError } from '@claims/contracts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'
import { transaction } from '../transaction.ts'
import { migrationChecksum, type Migration } from './migration.ts'
import { migrations as ours } from './migrations.ts'

/** A migration that a database has. */
export interface AppliedMigration {
  readonly version: number
  readonly name: string
  readonly checksum: string
  readonly applied_at: string
}

/** How far the schema of a database is. */
export interface SchemaStatus {
  /** Of the last migration that was applied; 0 before the first. */
  readonly version: number
  /** Of the newest migration that this product has. */
  readonly newest: number
  readonly applied: readonly AppliedMigration[]
  /** What `migrate` would apply, in order. */
  readonly pending: readonly { readonly version: number; readonly name: string }[]
}

/**
 * How far the schema of a database is.
 *
 * @throws ClaimsError `database_newer` where a newer product made it; `damaged_database` where what was applied is not
 *   what this product has under that version
 */
export async function schemaStatus(
  database: Database,
  migrations: readonly Migration[] = ours,
): Promise<SchemaStatus> {
  const applied = await transaction(database, (tables) => readApplied(database, tables), { access: 'read' })
  return statusOf(database, applied, migrations)
}

/** Compares what was applied with what the product has. */
export function statusOf(
  { place }: Database,
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): SchemaStatus {
  const version = applied.at(-1)?.version ?? 0
  const newest = migrations.at(-1)?.version ?? 0
  if (version > newest) {
    const problem = `has schema ${version}, and this product knows schemas up to ${newest}`
    throw new ClaimsError('database_newer', `The database ${place} ${problem}`, {
      problems: [
        {
          field: 'database',
          problem,
          allowed: `a schema up to ${newest}, or a newer product`,
          received: version,
        },
      ],
    })
  }
  applied.forEach((one, i) => {
    const known = migrations[i]
    if (known?.version === one.version && migrationChecksum(known) === one.checksum) return
    const problem = `was migrated by "${one.name}" (${one.version}), which is not what this product has there`
    throw new ClaimsError('damaged_database', `The database ${place} ${problem}`, {
      problems: [{ field: `schema_migrations ${one.version}`, problem, allowed: known?.name ?? 'nothing' }],
    })
  })
  const pending = migrations.slice(applied.length).map(({ version, name }) => ({ version, name }))
  return { version, newest, applied, pending }
}

/** The migrations that a database has, in order; none where nothing was ever applied. */
export async function readApplied(
  { kind }: Database,
  tables: Kysely<Schema>,
): Promise<readonly AppliedMigration[]> {
  const { rows } = await (
    kind === 'sqlite'
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'`
      : // Not `to_regclass`, which may answer from before a lock was waited for.
        sql`select 1 from information_schema.tables
          where table_schema = current_schema() and table_name = 'schema_migrations'`
  ).execute(tables)
  if (rows.length === 0) return []
  return await tables
    .selectFrom('schema_migrations')
    .select(['version', 'name', 'checksum', 'applied_at'])
    .orderBy('version')
    .execute()
}
