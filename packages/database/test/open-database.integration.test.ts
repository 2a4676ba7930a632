import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describeUnless } from '@claims/servers/describe-unless'
import {
  missingPostgres,
  newPostgresDatabase,
  startPostgres,
  type RunningPostgres,
} from '@claims/servers/postgres'
import { migrate, openDatabase } from '@claims/database'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'claims-open-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('a file of SQLite', () => {
  test('is made with its folders, for its owner alone, and every commit reaches the disk', async () => {
    const path = join(directory, 'some/folder/claims.sqlite')
    const database = await openDatabase({ url: `sqlite:${path}` })
    await migrate(database)
    expect([database.kind, database.place]).toEqual(['sqlite', path])
    for (const name of [path, `${path}-wal`]) expect((await stat(name)).mode & 0o777).toBe(0o600)
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout']
    const values: unknown[] = []
    for (const name of settings) {
      const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(database.kysely)
      values.push(...rows.flatMap((row) => Object.values(row)))
    }
    // 2: every commit waits until the log is on the disk.
    expect(values).toEqual(['wal', 2, 1, 5])
    await database.close()
    await database.close()
  })

  test('that is none is refused, and left as it is', async () => {
    const path = join(directory, 'claims.sqlite')
    await writeFile(path, 'a letter, long enough to be looked at. '.repeat(100))
    const before = await readFile(path)
    await expect(openDatabase({ url: path })).rejects.toMatchObject({
      code: 'damaged_database',
      message: `The database ${path} is no database of SQLite`,
    })
    expect(await readFile(path)).toEqual(before)
  })

  test('that is a folder, or lies below a file, is refused', async () => {
    await mkdir(join(directory, 'folder'))
    await writeFile(join(directory, 'file'), '')
    for (const name of ['folder', 'file/claims.sqlite'])
      await expect(openDatabase({ url: join(directory, name) })).rejects.toMatchObject({
        code: 'database_refused',
      })
  })

  test('with a damaged page says so', async () => {
    const path = join(directory, 'claims.sqlite')
    const database = await openDatabase({ url: path })
    await migrate(database)
    await database.close()
    const content = await readFile(path)
    content.fill(0xff, 4096)
    await writeFile(path, content)
    await expect(openDatabase({ url: path })).rejects.toMatchObject({ code: 'damaged_database' })
  })
})

describe('production', () => {
  const url = 'postgres://ada:secret@db.invalid/claims'
  test('refuses plaintext to another host, unless it is allowed by name', async () => {
    const refused = {
      code: 'database_refused',
      message: expect.stringContaining('in plaintext at db.invalid') as unknown,
    }
    await expect(openDatabase({ url, environment: 'production' })).rejects.toMatchObject(refused)
    const others = ['other.invalid', 'db']
    await expect(
      openDatabase({ url, environment: 'production', allowPlaintextHosts: others }),
    ).rejects.toMatchObject(refused)
    const unreachable = { code: 'database_unavailable' }
    for (const settings of [
      { url, environment: 'production', allowPlaintextHosts: ['db.invalid'] },
      { url: `${url}?sslmode=verify-full`, environment: 'production' },
      { url, environment: 'staging' },
    ] as const)
      await expect(openDatabase(settings)).rejects.toMatchObject(unreachable)
  })
})

describeUnless(missingPostgres(), 'a server of PostgreSQL', () => {
  test('that cannot be reached, lacks the database or speaks no TLS is told apart', async () => {
    const place = await newPostgresDatabase()
    const { url } = place
    const absent = url.replace(/claims_\w+$/, 'absent')
    await expect(openDatabase({ url: absent })).rejects.toMatchObject({
      code: 'database_refused',
      message: `The database ${absent} does not exist`,
    })
    await expect(openDatabase({ url: `${url}?sslmode=require` })).rejects.toMatchObject({
      code: 'database_refused',
      problems: [{ problem: 'does not speak TLS' }],
    })
    await expect(openDatabase({ url: url.replace(/:\d+\//, ':1/') })).rejects.toMatchObject({
      code: 'database_unavailable',
      problems: [{ problem: 'cannot be reached (ECONNREFUSED)' }],
    })
    await place.drop()
  })

  test('gets limits with each connection: statements, locks, connections', async () => {
    const place = await newPostgresDatabase()
    const { url } = place
    const database = await openDatabase({
      url,
      statementMilliseconds: 300,
      connectMilliseconds: 200,
      connections: 1,
    })
    await expect(sql`select pg_sleep(5)`.execute(database.kysely)).rejects.toMatchObject({
      code: 'database_unavailable',
      problems: [{ problem: 'took too long for a statement' }],
    })
    const limits = await sql<Record<string, string>>`select current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('application_name') as name`.execute(database.kysely)
    expect(limits.rows).toEqual([{ lock: '5s', idle: '1min', name: 'claims' }])
    await database.kysely.connection().execute(async () => {
      await expect(sql`select 1`.execute(database.kysely)).rejects.toMatchObject({
        code: 'database_unavailable',
        problems: [{ problem: 'did not answer in time' }],
      })
    })
    await database.close()
    await place.drop()
  })

  test('that keeps texts in another encoding is refused', async () => {
    const place = await newPostgresDatabase()
    const { url } = place
    const database = await openDatabase({ url })
    const name = `${url.slice(url.lastIndexOf('/') + 1)}_latin`
    await sql`create database ${sql.table(name)} encoding 'LATIN1' locale 'C' template template0`.execute(
      database.kysely,
    )
    await expect(openDatabase({ url: `${url}_latin` })).rejects.toMatchObject({
      code: 'database_refused',
      problems: [{ problem: 'keeps texts as LATIN1' }],
    })
    await sql`drop database ${sql.table(name)}`.execute(database.kysely)
    await database.close()
    await place.drop()
  })

  describe('with TLS and passwords', () => {
    let server: RunningPostgres
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'claims-tls-'))
      const { authority, key, certificate } = await certificates(folder)
      server = await startPostgres({
        user: 'claims',
        password: 's3cret word',
        files: { 'server.key': key, 'server.crt': certificate },
        words: ['-c', 'ssl=on', '-c', 'ssl_key_file=../server.key', '-c', 'ssl_cert_file=../server.crt'],
      })
      expect(authority).toContain('BEGIN CERTIFICATE')
    }, 60_000)
    afterAll(async () => {
      await server.stop()
      await rm(folder, { recursive: true })
    })

    const urlOf = (host: string, query: string, password = 's3cret%20word'): string =>
      `postgres://claims:${password}@${host}:${server.port}/postgres?${query.replace('CA', encodeURIComponent(join(folder, 'ca.crt')))}`

    test.each([
      ['localhost', 'sslmode=verify-full&sslrootcert=CA', true],
      ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=CA', true],
      ['127.0.0.1', 'sslmode=require', true],
      ['localhost', 'sslmode=disable', false],
    ])('%s with %s', async (host, query, encrypted) => {
      const database = await openDatabase({ url: urlOf(host, query), environment: 'production' })
      const { rows } = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(
        database.kysely,
      )
      expect(rows).toEqual([{ ssl: encrypted }])
      await database.close()
    })

    test.each([
      ['127.0.0.1', 'sslmode=verify-full&sslrootcert=CA', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      [
        'localhost',
        'sslmode=verify-full',
        'SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      ],
    ])('%s with %s is refused', async (host, query, reason) => {
      await expect(openDatabase({ url: urlOf(host, query) })).rejects.toMatchObject({
        code: 'database_refused',
        message: expect.stringMatching(
          new RegExp(`certificate that is trusted \\((?:${reason})\\)`),
        ) as unknown,
      })
    })

    test('a wrong or an absent password is refused, and never repeated', async () => {
      for (const password of ['wr0ng', '']) {
        const opened = openDatabase({ url: urlOf('127.0.0.1', 'sslmode=disable', password) })
        const error: unknown = await opened.catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({
          code: 'database_refused',
          message: expect.stringMatching(/password/) as unknown,
        })
        expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('wr0ng')
      }
    })
  })
})

/** An authority, and a certificate for localhost by name. */
async function certificates(
  folder: string,
): Promise<{ authority: string; key: string; certificate: string }> {
  const openssl = (words: string): void => {
    const run = spawnSync('openssl', words.split(' '), { cwd: folder, encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`openssl ${words}: ${run.stderr}`)
  }
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
  openssl('req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt')
  openssl('req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr')
  openssl(
    'x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt',
  )
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8')
  return {
    authority: await read('ca.crt'),
    key: await read('server.key'),
    certificate: await read('server.crt'),
  }
}
