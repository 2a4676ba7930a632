import { resolve } from 'node:path'
import { invalidAddress } from './invalid-address.ts'
import { postgresAddress, type PostgresAddress } from './postgres/postgres-address.ts'

const forms = 'sqlite:PATH, a path, or postgres://USER:PASSWORD@HOST:PORT/NAME'

/** Where a database is, parsed. */
export type DatabaseAddress = { readonly kind: 'sqlite'; readonly path: string } | PostgresAddress

/**
 * Reads the address of a database.
 *
 * @param url `sqlite:PATH`, a path, or `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full`
 * @returns where it is; a path is absolute
 * @throws ClaimsError `invalid_parameter` naming the part that is wrong, never the password
 */
export function databaseAddress(url: string): DatabaseAddress {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === 'postgres' || scheme === 'postgresql') return postgresAddress(url)
  if (scheme !== undefined && scheme !== 'sqlite')
    throw invalidAddress(`the kind ${scheme} is not known`, forms)
  const path = scheme === 'sqlite' ? url.slice('sqlite:'.length) : url
  if (path.trim() === '' || path === ':memory:' || path.includes('\0'))
    throw invalidAddress('it names no file', forms)
  return { kind: 'sqlite', path: resolve(path) }
}
