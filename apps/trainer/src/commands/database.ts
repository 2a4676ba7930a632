import {
  migrate,
  openDatabase,
  readBackupKey,
  restoreBackup,
  schemaStatus,
  verifyBackup,
  writeBackup,
  writeNewBackupKey,
  type BackupSummary,
  type Database,
} from '@claims/database'
import type { BackupOptions, DatabaseOptions, RestoreOptions } from '../command-options.ts'
import type { CommandContext } from '../context.ts'
import { keysToLeaveOut } from '../predictions/keys-to-leave-out.ts'

/** A migration or a restored table may take long; a statement of a server has no other limit than this, in ms. */
const longestStatement = 3_600_000

/** `claims database migrate`. */
export async function migrateDatabase(options: DatabaseOptions, context: CommandContext): Promise<0> {
  const { output } = context
  return await withDatabase({ ...options, create: true }, context, async (database) => {
    const applied = await migrate(database)
    const { version } = await schemaStatus(database)
    for (const one of applied) output.line(`applied ${one.version}: ${one.name}`)
    output.line(`${database.place} has schema ${version}`)
    output.result({ ...described(database), version, applied })
    return 0
  })
}

/** `claims database status`: 1 when there is something to migrate. */
export async function databaseStatus(options: DatabaseOptions, context: CommandContext): Promise<0 | 1> {
  const { output } = context
  return await withDatabase({ ...options, create: false }, context, async (database) => {
    const status = await schemaStatus(database)
    const { version, newest, applied, pending } = status
    for (const one of applied) output.line(`applied ${one.version}: ${one.name}, ${one.applied_at}`)
    for (const one of pending) output.line(`pending ${one.version}: ${one.name}`)
    output.line(`${database.place} has schema ${version} of ${newest}`)
    output.result({ ...described(database), ...status })
    return pending.length === 0 ? 0 : 1
  })
}

/** `claims database backup`. */
export async function backupDatabase(options: BackupOptions, context: CommandContext): Promise<0> {
  const { output, signal } = context
  const { out, keyFile, newKey = false } = options
  return await withDatabase({ ...options, create: false }, context, async (database) => {
    const key = newKey ? await writeNewBackupKey(keyFile) : await readBackupKey(keyFile)
    const summary = await writeBackup(database, { path: out, key, signal })
    if (newKey) output.line(`the key is in ${keyFile}; keep it elsewhere than the backup`)
    output.line(`${out} holds ${described(database).database}: ${rowsOf(summary)}`)
    output.result({ ...described(database), backup: out, ...summary })
    return 0
  })
}

/** `claims database restore`. */
export async function restoreDatabase(options: RestoreOptions, context: CommandContext): Promise<0> {
  const { output, signal } = context
  const { from, keyFile } = options
  const key = await readBackupKey(keyFile)
  const file = { path: from, key }
  const { rows } = await verifyBackup(file)
  const erased = (rows['subject_keys'] ?? 0) === 0 ? undefined : await keysToLeaveOut(options, context)
  return await withDatabase({ ...options, create: true }, context, async (database) => {
    const summary = await restoreBackup(database, { ...file, signal, ...(erased && { erased }) })
    output.line(`restored ${from} of ${summary.created_at} into ${database.place}: ${rowsOf(summary)}`)
    if (erased !== undefined)
      output.line(`${String(summary.erased)} keys of people who were erased since were left out`)
    for (const where of summary.remains) output.line(`may remain: ${where}`)
    output.result({ ...described(database), backup: from, ...summary })
    return 0
  })
}

async function withDatabase<T extends 0 | 1>(
  { database: url, create }: DatabaseOptions & { readonly create: boolean },
  { config }: CommandContext,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({
    url: url ?? config.storage.databaseUrl,
    create,
    environment: config.environment,
    allowPlaintextHosts: config.storage.plaintextHosts,
    statementMilliseconds: longestStatement,
  })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

function described({ kind, place }: Database): { readonly kind: string; readonly database: string } {
  return { kind, database: place }
}

function rowsOf({ rows, schema_version }: BackupSummary): string {
  const tables = Object.entries(rows).map(([name, count]) => `${count} rows of ${name}`)
  return `${tables.join(', ')}; schema ${schema_version}`
}
