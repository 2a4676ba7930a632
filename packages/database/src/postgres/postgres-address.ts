import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isIP } from 'node:net'
import { systemCode } from '@claims/contracts/files'
import { invalidAddress } from '../invalid-address.ts'

/** How the connection is encrypted, as libpq names it; false is plaintext. */
type PostgresTls = false | { readonly verify: 'nothing' | 'authority' | 'host'; readonly authority?: string }

/** Where a PostgreSQL database is. */
export interface PostgresAddress {
  readonly kind: 'postgres'
  /** A host, or the folder of a socket. */
  readonly host: string
  readonly port: number
  readonly name: string
  readonly user: string
  readonly password: string | undefined
  readonly tls: PostgresTls
  readonly applicationName: string
  /** For messages: everything but the password. */
  readonly place: string
}

const modes = ['disable', 'require', 'verify-ca', 'verify-full']
const parameters = ['sslmode', 'sslrootcert', 'application_name', 'host']
const form = 'postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full&sslrootcert=FILE'

/** Parses the address of a PostgreSQL database; `sslmode` and `sslrootcert` mean what libpq makes of them. */
export function postgresAddress(url: string): PostgresAddress {
  const parsed = parse(url)
  // Where a password has one of / ? and #, what follows it would pass for a name or a parameter, and be shown.
  if (parsed.pathname.includes('@') || parsed.search.includes('@') || parsed.hash !== '')
    throw invalidAddress('it has an @ or a # after its host', `${form}, special characters written as %XX`)
  for (const key of new Set(parsed.searchParams.keys()))
    if (!parameters.includes(key))
      throw invalidAddress(`the parameter ${key} is not known`, parameters.join(', '))
  const host =
    parsed.searchParams.get('host') ??
    (decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '') || 'localhost')
  const name = decodeURIComponent(parsed.pathname.slice(1))
  if (name === '') throw invalidAddress('it names no database', form)
  const port = parsed.port === '' ? 5432 : Number(parsed.port)
  const user = decodeURIComponent(parsed.username) || userInfo().username
  return {
    kind: 'postgres',
    ...{ host, port, name, user },
    password: parsed.password === '' ? undefined : decodeURIComponent(parsed.password),
    tls: tlsOf(parsed.searchParams),
    applicationName: parsed.searchParams.get('application_name') ?? 'claims',
    place: `postgres://${encodeURIComponent(user)}@${host.includes(':') ? `[${host}]` : host}:${port}/${name}`,
  }
}

/** Whether what is sent to a host stays on this machine. */
export function isThisMachine(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

function parse(url: string): URL {
  try {
    const parsed = new URL(url)
    // What cannot be decoded later is told here, without the text, which holds a password.
    for (const part of [parsed.username, parsed.password, parsed.pathname, parsed.hostname])
      decodeURIComponent(part)
    return parsed
  } catch {
    throw invalidAddress('it is no address', `${form}, special characters written as %XX`)
  }
}

function tlsOf(query: URLSearchParams): PostgresTls {
  const mode = query.get('sslmode') ?? 'disable'
  if (!modes.includes(mode))
    throw invalidAddress(`sslmode=${mode} is not known, or may fall back to plaintext`, modes.join(', '))
  const file = query.get('sslrootcert')
  if (mode === 'disable') {
    if (file !== null) throw invalidAddress('sslrootcert is given without sslmode', 'sslmode=verify-full')
    return false
  }
  if (mode === 'require' && file === null) return { verify: 'nothing' }
  if (mode === 'verify-ca' && file === null)
    throw invalidAddress('sslmode=verify-ca needs sslrootcert', 'sslrootcert=FILE, or sslmode=verify-full')
  const authority = file === null || file === 'system' ? {} : { authority: readAuthority(file) }
  return { verify: mode === 'verify-full' ? 'host' : 'authority', ...authority }
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw invalidAddress(
      `sslrootcert cannot be read (${systemCode(error)})`,
      'a file of certificates in PEM, or system',
    )
  }
}
