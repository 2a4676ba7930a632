import { createReadStream } from 'node:fs'
import { sql, type Transaction } from 'kysely'
import { ClaimsError, systemClock, type Clock } from '@claims/contracts'
import { systemCode } from '@claims/contracts/files'
import type { Database } from '../database.ts'
import { apply, lock } from '../migrations/migrate.ts'
import { migrationChecksum, type Migration } from '../migrations/migration.ts'
import { migrations as ours } from '../migrations/migrations.ts'
import { readApplied, statusOf } from '../migrations/schema-status.ts'
import type { Schema } from '../schema.ts'
import { destroyKeys, type KeysToDestroy } from '../subjects/destroy-keys.ts'
import { removeTraces } from '../subjects/remove-traces.ts'
import { transaction } from '../transaction.ts'
import {
  readParts,
  type BackupHeader,
  type BackupPart,
  type BackupTable,
  type RowValue,
} from './backup-lines.ts'
import { damagedBackup, decryptChunks } from './encrypted-chunks.ts'
import type { BackupSummary } from './write-backup.ts'

/** Where a backup is. */
export interface BackupFile {
  readonly path: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** How a backup is restored. */
export interface RestoreOptions extends BackupFile {
  readonly clock?: Clock
  /** Default those of the product. */
  readonly migrations?: readonly Migration[]
  /** Whose keys are not restored: people who were erased since the backup was written. */
  readonly erased?: KeysToDestroy
  /** Ends the work; nothing is restored then. */
  readonly signal?: AbortSignal
}

/** What was restored. */
export interface RestoreSummary extends BackupSummary {
  /** Keys that the backup held of people who were erased, and that were left out. */
  readonly erased: number
  /** Where bytes of those keys may be left, in words. */
  readonly remains: readonly string[]
}

/**
 * Reads a backup to its end and checks all of it; nothing is written anywhere.
 *
 * @returns what is in it
 * @throws ClaimsError `damaged_backup`; `unreadable_file` where there is no such file
 */
export async function verifyBackup(
  file: BackupFile,
): Promise<BackupSummary & { readonly header: BackupHeader }> {
  let header: BackupHeader | undefined
  let rows: readonly number[] = []
  for await (const part of parts(file))
    if ('header' in part) ({ header } = part)
    else if ('rows' in part) ({ rows } = part)
  if (header === undefined) throw damagedBackup('is empty')
  const counted = header.tables.map(({ name }, i) => [name, rows[i] ?? 0])
  return {
    header,
    schema_version: header.migrations.length,
    rows: Object.fromEntries(counted) as Record<string, number>,
    created_at: header.created_at,
  }
}

/**
 * Restores a backup into an empty database of either kind, in one transaction, and brings it to the schema of this
 * product. The backup is read twice: it is checked to its end before anything is written.
 *
 * @param database without tables, or with those of this product without a row
 * @returns what was restored
 * @throws ClaimsError `damaged_backup`, `already_exists` where the database is not empty, `database_newer` where a newer
 *   product wrote the backup
 *
 * @example
 * await restoreBackup(database, { path: 'claims.backup', key: await readBackupKey('backup.key') })
 */
export async function restoreBackup(
  database: Database,
  { clock = systemClock, migrations = ours, erased, signal, ...file }: RestoreOptions,
): Promise<RestoreSummary> {
  const { header, ...summary } = await verifyBackup(file)
  requireKnown(header, migrations)
  const destroyed = await transaction(
    database,
    async (tables) => {
      await lock(database, tables)
      const { version } = statusOf(database, await readApplied(database, tables), migrations)
      await requireEmpty(database, tables)
      if (version > summary.schema_version)
        throw notEmpty(database, `has schema ${version}, and the backup ${summary.schema_version}`)
      for (const migration of migrations.slice(version, summary.schema_version))
        await apply(database, migration, { tables, clock })
      await insertRows(tables, parts(file), signal)
      for (const migration of migrations.slice(summary.schema_version))
        await apply(database, migration, { tables, clock })
      return erased === undefined ? [] : await destroyKeys(tables, erased)
    },
    { isolation: 'read committed' },
  )
  const traces = destroyed.map(({ wrapped }) => wrapped)
  return { ...summary, erased: destroyed.length, remains: await removeTraces(database, traces) }
}

async function* parts({ path, key }: BackupFile): AsyncGenerator<BackupPart> {
  const stream = createReadStream(path, { highWaterMark: 1 << 18 })
  try {
    yield* readParts(decryptChunks(stream as AsyncIterable<Uint8Array>, key))
  } catch (error) {
    if (error instanceof ClaimsError || stream.errored === null) throw error
    const problem = `cannot be read (${systemCode(error)})`
    throw new ClaimsError('unreadable_file', `The backup ${path} ${problem}`, {
      problems: [{ field: 'backup', problem, allowed: 'a file of claims database backup' }],
    })
  } finally {
    stream.destroy()
  }
}

function requireKnown({ migrations: made }: BackupHeader, migrations: readonly Migration[]): void {
  if (made.length > migrations.length) {
    const problem = `has schema ${made.length}, and this product knows schemas up to ${migrations.length}`
    throw new ClaimsError('database_newer', `The backup ${problem}`, {
      problems: [{ field: 'backup', problem, allowed: 'a newer product' }],
    })
  }
  made.forEach(({ checksum, version }, i) => {
    if (migrations[i]?.version !== version || migrationChecksum(migrations[i]) !== checksum)
      throw damagedBackup(`has a schema ${version} that is not this product's`)
  })
}

async function requireEmpty(database: Database, tables: Transaction<Schema>): Promise<void> {
  for (const { name } of await tables.introspection.getTables()) {
    if (name === 'schema_migrations') continue
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(tables)
    if (rows.length > 0) throw notEmpty(database, `has rows in ${name}`)
  }
}

function notEmpty({ place }: Database, problem: string): ClaimsError {
  return new ClaimsError(
    'already_exists',
    `The database ${place} ${problem}; a backup is restored into an empty one`,
    {
      problems: [{ field: 'database', problem, allowed: 'a database without rows' }],
    },
  )
}

/** Bytes of texts, and values, of one statement at most. */
const [statementBytes, statementValues] = [2_000_000, 10_000]

async function insertRows(
  tables: Transaction<Schema>,
  read: AsyncIterable<BackupPart>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let table: BackupTable | undefined
  let held: (readonly RowValue[])[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (table !== undefined && held.length > 0) await insert(tables, table, held)
    held = []
    bytes = 0
  }
  for await (const part of read) {
    signal?.throwIfAborted()
    if (!('values' in part)) continue
    const full = bytes > statementBytes || (held.length + 1) * part.values.length > statementValues
    if (part.table !== table || full) await flush()
    table = part.table
    held.push(part.values)
    bytes += part.values.reduce<number>(
      (sum, value) => sum + (typeof value === 'string' ? value.length : 8),
      0,
    )
  }
  await flush()
}

async function insert(
  tables: Transaction<Schema>,
  { name, columns }: BackupTable,
  rows: readonly (readonly RowValue[])[],
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column.name)))
  const values = sql.join(rows.map((row) => sql`(${sql.join(row)})`))
  await sql`insert into ${sql.table(name)} (${names}) values ${values}`.execute(tables)
}
