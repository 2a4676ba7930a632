// Written by `pnpm run schema` from a migrated database; a test compares it with databases of both kinds.

interface LedgerEntriesTable {
  name: string
  position: number
  entry: string
  sha256: string
}

interface LedgerHeadsTable {
  name: string
  position: number
  sha256: string
  dropped: number
}

interface SchemaMigrationsTable {
  version: number
  name: string
  checksum: string
  applied_at: string
}

/** The tables of the database, with the rows that they hold. */
export interface Schema {
  ledger_entries: LedgerEntriesTable
  ledger_heads: LedgerHeadsTable
  schema_migrations: SchemaMigrationsTable
}

/** A table as a backup reads it. */
export interface TableDefinition {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: 'integer' | 'text' | 'bytes' }[]
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[]
}

/** Every table but the one of applied migrations. */
export const tableDefinitions: readonly TableDefinition[] = [
  {
    name: 'ledger_entries',
    columns: [
      { name: 'name', type: 'text' },
      { name: 'position', type: 'integer' },
      { name: 'entry', type: 'text' },
      { name: 'sha256', type: 'text' },
    ],
    key: ['name', 'position'],
  },
  {
    name: 'ledger_heads',
    columns: [
      { name: 'name', type: 'text' },
      { name: 'position', type: 'integer' },
      { name: 'sha256', type: 'text' },
      { name: 'dropped', type: 'integer' },
    ],
    key: ['name'],
  },
]
