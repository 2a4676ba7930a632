/** How a database is opened. */
export interface DatabaseSettings {
  /** `sqlite:PATH`, a path, or `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full&sslrootcert=FILE`. */
  readonly url: string
  /** Whether a file of SQLite is made where there is none. Default true. */
  readonly create?: boolean
  /** Where the product runs. In production plaintext to another host is refused. Default development. */
  readonly environment?: 'development' | 'test' | 'staging' | 'production'
  /** Hosts that may be reached in plaintext in production. Default none. */
  readonly allowPlaintextHosts?: readonly string[]
  /** Connections to PostgreSQL at once. Default 10; SQLite has one. */
  readonly connections?: number
  /** Longest wait for a connection to PostgreSQL, or for a free one of the pool, in ms. Default 5,000. */
  readonly connectMilliseconds?: number
  /** Longest time of a statement on PostgreSQL, in ms. Default 30,000. SQLite has no such limit. */
  readonly statementMilliseconds?: number
}

/** How long a connection waits in one call for another that writes, in ms. What is longer is waited by `transaction`. */
export const lockMilliseconds: Readonly<Record<'sqlite' | 'postgres', number>> = {
  // The wait holds the thread, also where what is waited for goes on in it.
  sqlite: 5,
  postgres: 5_000,
}
