import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Transaction } from 'kysely'
import { ClaimsError, systemClock, type Clock } from '@claims/contracts'
import { flushDirectory, isSystemError } from '@claims/contracts/files'
import type { Database } from '../database.ts'
import type { Migration } from '../migrations/migration.ts'
import { migrations as ours } from '../migrations/migrations.ts'
import { schemaStatus, type SchemaStatus } from '../migrations/schema-status.ts'
import { tableDefinitions, type Schema } from '../schema.ts'
import { transaction } from '../transaction.ts'
import { rowLine, withFooter, type BackupHeader } from './backup-lines.ts'
import { encryptChunks } from './encrypted-chunks.ts'
import { readTable } from './read-table.ts'

/** Where a backup goes. */
export interface BackupOptions {
  /** A name that is free. */
  readonly path: string
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly clock?: Clock
  /** Default those of the product. */
  readonly migrations?: readonly Migration[]
  /** Ends the work; nothing is left then. */
  readonly signal?: AbortSignal
}

/** What became of a backup. */
export interface BackupSummary {
  readonly schema_version: number
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  /** When its state was taken. */
  readonly created_at: string
}

/**
 * Writes every table into one encrypted file: one state of all of them, while others go on reading and writing. A database
 * of the other kind can be restored from it.
 *
 * @param database with the schema of this product
 * @returns what is in the file
 * @throws ClaimsError `already_exists` where there is such a file, `database_outdated` before `migrate`
 *
 * @example
 * await writeBackup(database, { path: 'claims.backup', key: await readBackupKey('backup.key') })
 */
export async function writeBackup(
  database: Database,
  { path, key, signal, clock = systemClock, migrations = ours }: BackupOptions,
): Promise<BackupSummary> {
  const target = resolve(path)
  await requireFree(target)
  const status = await schemaStatus(database, migrations)
  requireCurrent(database, status)
  const header: BackupHeader = {
    claims_backup: 1,
    created_at: clock.now().toISOString(),
    migrations: status.applied.map(({ version, name, checksum }) => ({ version, name, checksum })),
    tables: tableDefinitions.map(({ name, columns }) => ({ name, columns: [...columns] })),
  }
  const part = `${target}.part-${process.pid}`
  try {
    const rows = await transaction(database, (tables) => writeFile(part, { tables, header, key, signal }), {
      access: 'read',
    })
    await rename(part, target)
    await flushDirectory(dirname(target))
    const counted = header.tables.map(({ name }, i) => [name, rows[i] ?? 0])
    return {
      schema_version: status.version,
      rows: Object.fromEntries(counted) as Record<string, number>,
      created_at: header.created_at,
    }
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

interface BackupContent {
  readonly tables: Transaction<Schema>
  readonly header: BackupHeader
  readonly key: Uint8Array
  readonly signal: AbortSignal | undefined
}

async function writeFile(path: string, { tables, header, key, signal }: BackupContent): Promise<number[]> {
  const counted = header.tables.map(() => 0)
  async function* lines(): AsyncGenerator<string> {
    yield JSON.stringify(header)
    for (const [i, definition] of tableDefinitions.entries())
      for await (const row of readTable(tables, definition)) {
        signal?.throwIfAborted()
        counted[i]! += 1
        yield rowLine(i, header.tables[i]!, row)
      }
  }
  const handle = await open(path, 'w', 0o600)
  try {
    for await (const piece of encryptChunks(
      withFooter(lines(), () => counted),
      key,
    ))
      await handle.writeFile(piece)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return counted
}

async function requireFree(path: string): Promise<void> {
  try {
    await stat(path)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return
    throw error
  }
  throw new ClaimsError('already_exists', `There is a file ${path} already`, {
    problems: [{ field: 'path', problem: 'exists', allowed: 'a name that is free' }],
  })
}

function requireCurrent({ place }: Database, { version, newest, pending }: SchemaStatus): void {
  if (pending.length === 0) return
  const problem = `has schema ${version}, and this product writes backups of schema ${newest}`
  throw new ClaimsError('database_outdated', `The database ${place} ${problem}`, {
    problems: [{ field: 'database', problem, allowed: 'a database after claims database migrate' }],
  })
}
