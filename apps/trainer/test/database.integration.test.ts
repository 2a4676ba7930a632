import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { emptyLedger } from '@claims/contracts'
import { DatabaseLedger, openDatabase, schemaStatus } from '@claims/database'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase, type NewDatabase } from '@claims/servers/postgres'
import { ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'

let folder: Folder
/** What an empty database lacks. */
let migrations: readonly { readonly version: number; readonly name: string }[]
let newest: number
beforeAll(async () => {
  await using place = await temporaryFolder()
  const database = await openDatabase({ url: place.at('empty.sqlite') })
  ;({ pending: migrations, newest } = await schemaStatus(database))
  await database.close()
})
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

async function claims(url: string | undefined, ...words: readonly string[]): Promise<Ended> {
  const environment = url === undefined ? {} : { DATABASE_URL: url }
  return await ended(startClaims(folder.path, ['database', ...words], environment))
}

async function answer(url: string | undefined, ...words: readonly string[]): Promise<object> {
  const run = await claims(url, ...words, '--json')
  return { code: run.code, ...(JSON.parse(run.stdout) as object) }
}

async function append(url: string, entries: readonly string[]): Promise<void> {
  const database = await openDatabase({ url })
  await new DatabaseLedger(database).append('fraud', emptyLedger, entries)
  await database.close()
}

async function read(url: string): Promise<readonly string[]> {
  const database = await openDatabase({ url })
  try {
    return await new DatabaseLedger(database).read('fraud')
  } finally {
    await database.close()
  }
}

describe('claims database', () => {
  test('without a setting uses a file in CLAIMS_HOME, and asking about it makes none', async () => {
    const place = folder.at('state/claims.sqlite')
    expect(await answer(undefined, 'status')).toMatchObject({ code: 2, error: { code: 'file_not_found' } })
    expect(await folder.names()).toEqual([])
    const migrated = await answer(undefined, 'migrate')
    expect(migrated).toMatchObject({
      code: 0,
      kind: 'sqlite',
      database: place,
      version: newest,
      applied: migrations.map(({ version, name }) => ({ version, name })),
    })
    expect(await answer(undefined, 'migrate')).toMatchObject({ code: 0, version: newest, applied: [] })
    const { code, stdout, stderr } = await claims(undefined, 'status')
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`${place} has schema ${String(newest)} of ${String(newest)}\n`),
    ])
    expect(stderr).not.toContain('error')
    await writeFile(folder.at('empty.sqlite'), '')
    expect(await answer(folder.at('empty.sqlite'), 'status')).toMatchObject({
      code: 1,
      version: 0,
      pending: migrations,
    })
  })

  test('backs up under a new key, and restores', async () => {
    const [one, two] = [folder.at('one.sqlite'), folder.at('two.sqlite')]
    await claims(one, 'migrate')
    await append(one, ['a', 'b'])
    const words = ['backup', '--out', 'it.backup', '--key-file', 'it.key']
    expect(await answer(one, ...words)).toMatchObject({ code: 2, error: { code: 'unreadable_file' } })
    expect(await answer(one, ...words, '--new-key')).toMatchObject({ code: 0, rows: { ledger_entries: 2 } })
    expect(await answer(one, ...words)).toMatchObject({ code: 2, error: { code: 'already_exists' } })
    const restore = ['restore', '--key-file', 'it.key', '--from']
    const bad = await readFile(folder.at('it.backup'))
    await writeFile(folder.at('cut.backup'), bad.subarray(0, -1))
    expect(await answer(two, ...restore, 'cut.backup')).toMatchObject({
      code: 2,
      error: { code: 'damaged_backup' },
    })
    expect(await answer(two, ...restore, 'it.backup')).toMatchObject({ code: 0, rows: { ledger_entries: 2 } })
    expect(await read(two)).toEqual(['a', 'b'])
    expect(await answer(two, ...restore, 'it.backup')).toMatchObject({
      code: 2,
      error: { code: 'already_exists' },
    })
  })

  test('shows no password, and production no plaintext', async () => {
    const url = 'postgres://ada:s3cret@db.invalid/claims'
    const environment = { DATABASE_URL: url, CLAIMS_ENVIRONMENT: 'production' }
    for (const [words, code] of [
      [['database', 'status'], 2],
      [['database', 'status', '--verbose'], 2],
      [['doctor'], 0],
    ] as const) {
      const run = await ended(startClaims(folder.path, words, environment))
      expect(run.stdout + run.stderr).not.toContain('s3cret')
      expect(run.stdout + run.stderr).toContain('db.invalid')
      if (words[0] === 'database') expect(run.code).toBe(code)
    }
    const allowed = { ...environment, CLAIMS_PLAINTEXT_HOSTS: 'other, db.invalid' }
    const run = await ended(startClaims(folder.path, ['database', 'status', '--json'], allowed))
    expect([run.code, run.stdout]).toEqual([3, expect.stringContaining('database_unavailable')])
  })
})

describeUnless(missingPostgres(), 'claims database with PostgreSQL', () => {
  let server: NewDatabase
  beforeEach(async () => {
    server = await newPostgresDatabase()
  })
  afterEach(() => server.drop())

  test('migrates, and moves from SQLite to an empty server and back', async () => {
    const [file, back] = [folder.at('one.sqlite'), folder.at('back.sqlite')]
    await claims(file, 'migrate')
    const entries = ['a', 'zwei – 二', '{"three": 3}']
    await append(file, entries)
    const words = ['--out', 'file.backup', '--key-file', 'it.key', '--new-key']
    expect((await claims(file, 'backup', ...words)).code).toBe(0)
    const restored = await answer(
      undefined,
      'restore',
      '--from',
      'file.backup',
      '--key-file',
      'it.key',
      '--database',
      server.url,
    )
    expect(restored).toMatchObject({
      code: 0,
      kind: 'postgres',
      database: server.url,
      rows: { ledger_entries: 3 },
    })
    expect(await answer(server.url, 'status')).toMatchObject({ code: 0, version: newest, pending: [] })
    expect(await answer(server.url, 'migrate')).toMatchObject({ code: 0, applied: [] })
    expect((await claims(server.url, 'backup', '--out', 'server.backup', '--key-file', 'it.key')).code).toBe(
      0,
    )
    expect((await claims(back, 'restore', '--from', 'server.backup', '--key-file', 'it.key')).code).toBe(0)
    expect([await read(server.url), await read(back)]).toEqual([entries, entries])
  })
})
