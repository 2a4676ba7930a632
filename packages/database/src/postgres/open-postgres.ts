import { PostgresDialect } from 'kysely'
import { Pool, type PoolClient } from 'pg'
import type { DatabaseSettings } from '../database-settings.ts'
import { connectionOptions } from './connection-options.ts'
import type { PostgresAddress } from './postgres-address.ts'

/**
 * Kysely's dialect on a pool of connections to PostgreSQL.
 *
 * @throws ClaimsError `database_refused` where production would send plaintext to another host
 */
export function postgresDialect(address: PostgresAddress, settings: DatabaseSettings): PostgresDialect {
  const pool = new Pool({ ...connectionOptions(address, settings), max: settings.connections ?? 10 })
  // Without a listener a lost connection would end the process. Whoever uses the connection, or the next one, is told.
  pool.on('error', ignoreLostConnection)
  pool.on('connect', (client: PoolClient) => client.on('error', ignoreLostConnection))
  return new PostgresDialect({ pool })
}

function ignoreLostConnection(): void {
  // The pool drops the connection by itself.
}
