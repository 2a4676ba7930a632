import { Kysely, sql, type Dialect } from 'kysely'
import { ClaimsError } from '@claims/contracts'
import type { Database } from './database.ts'
import { databaseAddress, type DatabaseAddress } from './database-address.ts'
import { databaseFailure } from './database-failure.ts'
import type { DatabaseSettings } from './database-settings.ts'
import { FailingDialect } from './failing-dialect.ts'
import { schemaStatus } from './migrations/schema-status.ts'
import { postgresDialect } from './postgres/open-postgres.ts'
import type { Schema } from './schema.ts'
import { NodeSqliteDialect } from './sqlite/node-sqlite.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

/**
 * Opens a database and asks it once, so that what is wrong with its address, its rights or its schema is told here.
 * A file of SQLite is made where there is none. Its tables are made by `migrate`.
 *
 * @param settings where it is, and how much may be asked of it
 * @returns the database, to be closed by the caller
 * @throws ClaimsError `invalid_parameter` where the address is none, `database_unavailable` where it does not answer,
 *   `database_refused` where it may not be used so, `database_newer` where a newer product made its schema,
 *   `damaged_database`
 *
 * @example
 * const database = await openDatabase({ url: 'sqlite:claims.sqlite' })
 * await migrate(database)
 */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const address = databaseAddress(settings.url)
  const { kind } = address
  const place = address.kind === 'sqlite' ? address.path : address.place
  const kysely = new Kysely<Schema>({
    dialect: new FailingDialect(dialectOf(address, settings), (error) =>
      databaseFailure(error, { kind, place }),
    ),
  })
  const database: Database = { kind, place, kysely, close: () => kysely.destroy() }
  try {
    if (kind === 'postgres') await requireUtf8(database)
    await schemaStatus(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

function dialectOf(address: DatabaseAddress, settings: DatabaseSettings): Dialect {
  return address.kind === 'sqlite'
    ? new NodeSqliteDialect(() => openSqlite(address.path, settings.create ?? true))
    : postgresDialect(address, settings)
}

async function requireUtf8({ kysely, place }: Database): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(kysely)
  const encoding = rows[0]?.server_encoding
  if (encoding === 'UTF8') return
  const problem = `keeps texts as ${String(encoding)}`
  throw new ClaimsError('database_refused', `The database ${place} ${problem}`, {
    problems: [{ field: 'database', problem, allowed: 'a database made with the encoding UTF8' }],
  })
}
