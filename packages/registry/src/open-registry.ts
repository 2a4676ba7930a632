import {
  ClaimsError,
  isSystemLedger,
  type ArtifactStore,
  type Clock,
  type DocumentStore,
  type Ledger,
} from '@claims/contracts'
import {
  DatabaseDocumentStore,
  DatabaseLedger,
  migrate,
  openDatabase,
  schemaStatus,
  watchLedger,
  type AppliedMigration,
  type Database,
  type DatabaseSettings,
  type DatabaseWatch,
  type SchemaStatus,
} from '@claims/database'
import { DirectoryLedger } from './directory/directory-ledger.ts'
import { LedgerModelRegistry } from './ledger-model-registry.ts'
import type { ModelRegistry } from './model-registry.ts'
import { tellingLedger } from './telling-ledger.ts'

/** Where a registry is. */
export interface RegistryPlace {
  /** Where its tables are. */
  readonly database: DatabaseSettings
  /** Where its bundles are; closed by who made it. */
  readonly artifacts: ArtifactStore
  /** A registry in a directory, whose models may not have been brought over yet. */
  readonly directory?: string | undefined
  readonly clock?: Clock | undefined
  /** Time between two looks of the watch where nobody tells it of changes; default 1,000. */
  readonly pollMilliseconds?: number | undefined
  /** Told the name of each model whose history grew by this registry. */
  readonly onChange?: ((name: string) => void) | undefined
}

/** A registry on a database, with the parts that it is made of. */
export interface OpenRegistry {
  readonly registry: ModelRegistry
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
  /** Evaluations that were added to versions, by hash. */
  readonly documents: DocumentStore
  readonly database: Database
  /** Tells which models change. */
  readonly watch: DatabaseWatch
  /** How far its schema was when it was opened, and how far this product's goes. */
  readonly schema: Pick<SchemaStatus, 'version' | 'newest'>
  /** Migrations that were applied while it was opened: a file of SQLite is brought up to date, a server is not. */
  readonly migrated: readonly AppliedMigration[]
  /** Models of the directory that the database does not know, by name. */
  readonly unimported: readonly string[]
  close(): Promise<void>
}

/**
 * Opens the registry whose histories are tables of a database.
 *
 * A file of SQLite belongs to this installation, so it is made and migrated here. A server is shared by programs of several
 * versions, so whoever runs it migrates it.
 *
 * @param place of its tables and of its bundles
 * @returns the registry, to be closed by the caller
 * @throws ClaimsError `database_outdated` where a server has to be migrated first; those of `openDatabase`
 *
 * @example
 * const opened = await openRegistry({
 *   database: { url: '.claims/claims.sqlite' },
 *   artifacts: new DirectoryArtifactStore('.claims/registry'),
 * })
 * console.log(await opened.registry.list())
 * await opened.close()
 */
export async function openRegistry(place: RegistryPlace): Promise<OpenRegistry> {
  const { artifacts, clock, directory, pollMilliseconds } = place
  const database = await openDatabase(place.database)
  try {
    const { migrated, schema } = await bringUpToDate(database)
    const stored = new DatabaseLedger(database)
    const { onChange } = place
    const tell = (name: string): void => {
      if (!isSystemLedger(name)) onChange?.(name)
    }
    const ledger = onChange === undefined ? stored : tellingLedger(stored, tell)
    const documents = new DatabaseDocumentStore(database)
    return {
      registry: new LedgerModelRegistry({ ledger, artifacts, documents, clock }),
      ...{ ledger, artifacts, documents, database, migrated, schema },
      watch: watchLedger(database, place.database, { pollMilliseconds, clock }),
      unimported: directory === undefined ? [] : await missing(new DirectoryLedger(directory), ledger),
      close: () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function bringUpToDate(
  database: Database,
): Promise<{ readonly migrated: readonly AppliedMigration[]; readonly schema: SchemaStatus }> {
  const migrated = database.kind === 'sqlite' ? await migrate(database) : []
  const schema = await schemaStatus(database)
  const { version, newest, pending } = schema
  if (pending.length === 0) return { migrated, schema }
  const problem = `has schema ${String(version)}, and this product needs ${String(newest)}`
  throw new ClaimsError('database_outdated', `The database ${database.place} ${problem}`, {
    problems: [{ field: 'database', problem, allowed: 'a database after claims database migrate' }],
  })
}

async function missing(from: Ledger, ledger: Ledger): Promise<readonly string[]> {
  const there = await from.names()
  if (there.length === 0) return []
  const known = new Set(await ledger.names())
  return there.filter((name) => !known.has(name) && !isSystemLedger(name))
}
