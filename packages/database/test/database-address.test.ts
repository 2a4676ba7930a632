import { describe, expect, test } from '@jest/globals'
import { resolve } from 'node:path'
import { databaseAddress } from '../src/database-address.ts'
import { isThisMachine } from '../src/postgres/postgres-address.ts'

describe('the address of a database', () => {
  test.each([
    ['sqlite:data/claims.sqlite', resolve('data/claims.sqlite')],
    ['sqlite:/data/claims.sqlite', '/data/claims.sqlite'],
    ['data/claims.sqlite', resolve('data/claims.sqlite')],
    ['/data/mine: and yours', '/data/mine: and yours'],
  ])('%s is a file', (url, path) => {
    expect(databaseAddress(url)).toEqual({ kind: 'sqlite', path })
  })

  test('of PostgreSQL has its parts, decoded, and a place without the password', () => {
    expect(
      databaseAddress('postgres://ada:p%40ss%2Fword@db.example:6543/claims%20db?application_name=api'),
    ).toEqual({
      kind: 'postgres',
      host: 'db.example',
      port: 6543,
      name: 'claims db',
      user: 'ada',
      password: 'p@ss/word',
      tls: false,
      applicationName: 'api',
      place: 'postgres://ada@db.example:6543/claims db',
    })
    expect(databaseAddress('postgresql://ada@[::1]/claims')).toMatchObject({
      host: '::1',
      port: 5432,
      password: undefined,
    })
    expect(databaseAddress('postgres://ada@localhost/claims?host=/run/postgresql')).toMatchObject({
      host: '/run/postgresql',
    })
  })

  test.each([
    ['sslmode=disable', false],
    ['sslmode=require', { verify: 'nothing' }],
    ['sslmode=verify-full', { verify: 'host' }],
    ['sslmode=verify-full&sslrootcert=system', { verify: 'host' }],
    [`sslmode=verify-ca&sslrootcert=${encodeURIComponent(import.meta.filename)}`, { verify: 'authority' }],
    [`sslmode=require&sslrootcert=${encodeURIComponent(import.meta.filename)}`, { verify: 'authority' }],
  ])('%s means what libpq makes of it', (query, tls) => {
    expect(databaseAddress(`postgres://ada@db.example/claims?${query}`)).toMatchObject({ tls })
  })

  test.each([
    ['mysql://ada:secret@db/claims', /mysql is not known/],
    ['sqlite:', /names no file/],
    ['sqlite::memory:', /names no file/],
    ['', /names no file/],
    ['postgres://ada:secret@db', /names no database/],
    ['postgres://ada:secret@db:99999/claims', /is no address/],
    ['postgres://ada:secret%@db/claims', /is no address/],
    ['postgres://ada:secret@db/claims?sslmode=prefer', /fall back to plaintext/],
    ['postgres://ada:secret@db/claims?sslmode=verify-ca', /needs sslrootcert/],
    ['postgres://ada:secret@db/claims?sslrootcert=ca.pem', /without sslmode/],
    ['postgres://ada:secret@db/claims?sslmode=verify-full&sslrootcert=/absent.pem', /ENOENT/],
    ['postgres://ada:12/secret@db/claims', /@ or a # after its host/],
    ['postgres://ada:12?secret@db/claims', /@ or a # after its host/],
    ['postgres://ada:12#secret@db/claims', /@ or a # after its host/],
    ['postgres://ada:secret@db/claims?ssl=true', /parameter ssl is not known/],
  ])('%s is refused, and the password is not repeated', (url, words) => {
    const read = (): unknown => databaseAddress(url)
    expect(read).toThrow(words)
    try {
      read()
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_parameter', problems: [{ field: 'database' }] })
      expect(JSON.stringify(error) + String(error)).not.toContain('secret')
    }
  })

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['/run/postgresql', true],
    ['127.example.com', false],
    ['10.0.0.1', false],
    ['localhost.example', false],
  ])('%s stays on this machine: %s', (host, expected) => {
    expect(isThisMachine(host)).toBe(expected)
  })
})
