import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** The two databases that the tables can be in. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** An open database. Both kinds behave alike; what `kysely` builds runs on either. */
export interface Database {
  readonly kind: DatabaseKind
  /** Where it is, for messages: a path, or an address without its password. */
  readonly place: string
  /** Typed queries. What belongs together, and whatever writes, goes through `transaction`. */
  readonly kysely: Kysely<Schema>
  /** Ends every connection; a second call does nothing. */
  close(): Promise<void>
}
