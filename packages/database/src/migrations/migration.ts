import { canonicalJson } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import type { DatabaseKind } from '../database.ts'

/** What a database calls a type of ours. */
export interface ColumnTypes {
  /** What a statement is for, where a kind needs one that the other does not have. */
  readonly kind: DatabaseKind
  /** 64 bits. A column keeps within ±(2^53 - 1) by a check of its own, so that its rows have numbers. */
  readonly integer: string
  /** UTF-8 without the character NUL, compared by code points. */
  readonly text: string
  /** A moment in UTC, written and read as `2026-11-29T09:33:41.123Z`. */
  readonly timestamp: string
  readonly bytes: string
  /** What follows the columns of a table. */
  readonly tableEnd: string
}

/** One step of the schema, forward only. It never changes once it was released: what follows is another one. */
export interface Migration {
  /** 1, 2, 3 ... */
  readonly version: number
  /** What it does, in a few words. */
  readonly name: string
  /** The statements of a kind, in order. */
  readonly statements: (types: ColumnTypes) => readonly string[]
}

/** What each kind of database calls our types. */
export const columnTypes: Readonly<Record<DatabaseKind, ColumnTypes>> = {
  sqlite: {
    kind: 'sqlite',
    integer: 'integer',
    text: 'text',
    timestamp: 'text',
    bytes: 'blob',
    tableEnd: ' strict',
  },
  postgres: {
    kind: 'postgres',
    integer: 'bigint',
    text: 'text collate "C"',
    timestamp: 'timestamptz(3)',
    bytes: 'bytea',
    tableEnd: '',
  },
}

/** SHA-256 of a migration, the same for both kinds of database. */
export function migrationChecksum(migration: Migration): string {
  const { version, name, statements } = migration
  const { sqlite, postgres } = columnTypes
  return sha256(canonicalJson({ version, name, sqlite: statements(sqlite), postgres: statements(postgres) }))
}
