// Written by `pnpm run schema` from a migrated database; a test compares it with databases of both kinds.

interface DocumentsTable {
  sha256: string
  content: string
}

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

interface PredictionsTable {
  id: string
  sequence: string
  position: number
  model: string
  version: string | null
  manifest_sha256: string
  subject: string
  idempotency: string | null
  item: number | null
  request: string | null
}

interface SchemaMigrationsTable {
  version: number
  name: string
  checksum: string
  applied_at: string
}

interface SubjectKeysTable {
  subject: string
  kind: string
  lookup: string | null
  wrapped: Uint8Array | null
  master: string
  created_at: string
  destroyed_at: string | null
}

/** The tables of the database, with the rows that they hold. */
export interface Schema {
  documents: DocumentsTable
  ledger_entries: LedgerEntriesTable
  ledger_heads: LedgerHeadsTable
  predictions: PredictionsTable
  schema_migrations: SchemaMigrationsTable
  subject_keys: SubjectKeysTable
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
    name: 'documents',
    columns: [
      { name: 'sha256', type: 'text' },
      { name: 'content', type: 'text' },
    ],
    key: ['sha256'],
  },
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
  {
    name: 'predictions',
    columns: [
      { name: 'id', type: 'text' },
      { name: 'sequence', type: 'text' },
      { name: 'position', type: 'integer' },
      { name: 'model', type: 'text' },
      { name: 'version', type: 'text' },
      { name: 'manifest_sha256', type: 'text' },
      { name: 'subject', type: 'text' },
      { name: 'idempotency', type: 'text' },
      { name: 'item', type: 'integer' },
      { name: 'request', type: 'text' },
    ],
    key: ['id'],
  },
  {
    name: 'subject_keys',
    columns: [
      { name: 'subject', type: 'text' },
      { name: 'kind', type: 'text' },
      { name: 'lookup', type: 'text' },
      { name: 'wrapped', type: 'bytes' },
      { name: 'master', type: 'text' },
      { name: 'created_at', type: 'text' },
      { name: 'destroyed_at', type: 'text' },
    ],
    key: ['subject'],
  },
]
