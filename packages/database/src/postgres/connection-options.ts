import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { ClaimsError } from '@claims/contracts'
import { lockMilliseconds, type DatabaseSettings } from '../database-settings.ts'
import { isThisMachine, type PostgresAddress } from './postgres-address.ts'
import { readPostgresValue } from './read-postgres-value.ts'

/**
 * How each connection to PostgreSQL is made.
 *
 * @throws ClaimsError `database_refused` where production would send plaintext to another host
 */
export function connectionOptions(address: PostgresAddress, settings: DatabaseSettings): ClientConfig {
  requireAllowedHost(address, settings)
  const statement = settings.statementMilliseconds ?? 30_000
  return {
    ...{ host: address.host, port: address.port, database: address.name, user: address.user },
    // A function, so that nothing is taken from the environment or the user's folder.
    password: () => address.password ?? '',
    ssl: tlsOptions(address),
    application_name: address.applicationName,
    connectionTimeoutMillis: settings.connectMilliseconds ?? 5_000,
    statement_timeout: statement,
    lock_timeout: lockMilliseconds.postgres,
    idle_in_transaction_session_timeout: 60_000,
    // The server's own limit comes first; this one is for a server that is not there any more.
    query_timeout: statement + 5_000,
    keepAlive: true,
    types: { getTypeParser: readPostgresValue },
  }
}

function requireAllowedHost(address: PostgresAddress, settings: DatabaseSettings): void {
  const { environment = 'development', allowPlaintextHosts = [] } = settings
  if (address.tls !== false || environment !== 'production') return
  if (isThisMachine(address.host) || allowPlaintextHosts.includes(address.host)) return
  const problem = `would be reached in plaintext at ${address.host}`
  throw new ClaimsError('database_refused', `The database ${address.place} ${problem}`, {
    problems: [
      {
        field: 'database',
        problem,
        allowed: 'sslmode=verify-full in its address, or the host among those that plaintext is allowed to',
      },
    ],
  })
}

function tlsOptions({ host, tls }: PostgresAddress): ConnectionOptions | false {
  if (tls === false) return false
  return {
    rejectUnauthorized: tls.verify !== 'nothing',
    ...(tls.authority !== undefined && { ca: tls.authority }),
    // `pg` names no host that is an address of IP, and Node would then compare with localhost.
    checkServerIdentity: (_, certificate) =>
      tls.verify === 'host' ? checkServerIdentity(host, certificate) : undefined,
  }
}
