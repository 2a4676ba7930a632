import { Bell, type LedgerPositions, type PositionsReader } from '@claims/contracts'
import { databaseFailure } from '../database-failure.ts'
import { openSqlite, type SqliteFile } from '../sqlite/open-sqlite.ts'
import { positionsOf, positionsStatement, schemaStatement, type WatchedBy } from './positions-statement.ts'

/** Looks at a file of SQLite. */
export class SqlitePositions implements PositionsReader {
  readonly method = 'polling'
  readonly #path: string
  readonly #by: WatchedBy
  readonly #bell = new Bell()
  #file: SqliteFile | null = null
  #version: unknown = null

  /** @param path absolute */
  constructor(path: string, by: WatchedBy) {
    this.#path = path
    this.#by = by
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- Node's SQLite answers at once
  async read(): Promise<LedgerPositions | null> {
    try {
      const { database, requireSameFile } = (this.#file ??= openSqlite(this.#path, false))
      requireSameFile()
      // Another number after each commit of another connection; this one writes nothing.
      const version = database.prepare('pragma data_version').get()?.['data_version']
      if (version === this.#version) return null
      this.#by.onSchema(Number(database.prepare(schemaStatement).get()?.['version']))
      const positions = positionsOf(database.prepare(positionsStatement).all())
      this.#version = version
      return positions
    } catch (error) {
      throw databaseFailure(error, { kind: 'sqlite', place: this.#path })
    }
  }

  async pause(signal: AbortSignal): Promise<void> {
    await this.#bell.wait(this.#by.pollMilliseconds, signal)
  }

  close(): Promise<void> {
    this.#file?.database.close()
    this.#file = null
    return Promise.resolve()
  }
}
