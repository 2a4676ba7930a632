import type { SQLInputValue, StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely'
import { readInteger } from '../read-integer.ts'
import type { SqliteFile } from './open-sqlite.ts'

/** Kysely's dialect on Node's own SQLite. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #open: () => SqliteFile

  /** @param open opens the file; called when the first query is executed */
  constructor(open: () => SqliteFile) {
    const database = (): Promise<SqliteDatabase> => Promise.resolve(adapted(open()))
    super({ database })
    this.#open = open
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver({ database: () => Promise.resolve(adapted(this.#open())) })
  }
}

/** A writer takes the lock when it begins: one that read first could not write any more once another had. */
class NodeSqliteDriver extends SqliteDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings = {},
  ): Promise<void> {
    const reads = settings.accessMode === 'read only'
    if (reads) await connection.executeQuery(CompiledQuery.raw('pragma query_only = on'))
    await connection.executeQuery(CompiledQuery.raw(reads ? 'begin' : 'begin immediate'))
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection)
    await allowWriting(connection)
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      // SQLite rolls back by itself where it must, such as on a full disk; the error of that is the one to tell.
      if (!String(error).includes('no transaction is active')) throw error
    }
    await allowWriting(connection)
  }
}

/** After a transaction that only read. */
async function allowWriting(connection: DatabaseConnection): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw('pragma query_only = off'))
}

function adapted({ database, requireSameFile }: SqliteFile): SqliteDatabase {
  return {
    close: () => {
      database.close()
    },
    prepare: (sql) => {
      // What ends a transaction without storing it is never refused.
      if (!/^\s*(?:rollback|pragma)\b/i.test(sql)) requireSameFile()
      return adaptedStatement(database.prepare(sql), sql)
    },
  }
}

function adaptedStatement(statement: StatementSync, sql: string): SqliteStatement {
  statement.setReadBigInts(true)
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[]
  return {
    reader: returnsRows(sql),
    all: (parameters) => statement.all(...values(parameters)).map(readRow),
    run: (parameters) => statement.run(...values(parameters)),
    *iterate(parameters) {
      for (const row of statement.iterate(...values(parameters))) yield readRow(row)
    },
  }
}

/** Node 22.13 does not tell whether a statement returns rows. */
function returnsRows(sql: string): boolean {
  return /^\s*(?:select|with|pragma|values|explain)\b/i.test(sql) || /\breturning\b/i.test(sql)
}

function readRow(row: Record<string, unknown>): Record<string, unknown> {
  const read = { ...row }
  for (const name in read) {
    const value = read[name]
    if (typeof value === 'bigint') read[name] = readInteger(value)
  }
  return read
}
