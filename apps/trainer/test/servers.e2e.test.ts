import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { openStorage } from '@claims/api/storage'
import { describeInstalled, startObjectStore, type ObjectStore } from '@claims/mlflow/testing'
import { newPostgresDatabase, startPostgres, type RunningPostgres } from '@claims/servers/postgres'
import { sql } from 'kysely'
import { openDatabase } from '@claims/database'
import { ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'
import { newInstallation, serveModel, trainSmall, type Installation } from './installations.ts'

const change = ['--reason', 'a test', '--actor', 'ada']

describeInstalled('the command line on PostgreSQL and S3', '3.17.0', () => {
  let folder: Folder
  let postgres: RunningPostgres
  let objects: ObjectStore
  let installation: Installation
  let data: string
  beforeAll(async () => {
    folder = await temporaryFolder()
    ;[postgres, objects] = await Promise.all([startPostgres({ user: 'claims' }), startObjectStore()])
    installation = await newInstallation(folder, { postgres, objects })
    const trained = await trainSmall(folder, 3)
    data = trained.data
    const opened = await openStorage(installation.storage)
    for (let i = 0; i < 3; i += 1) await opened.registry.register('fraud', trained.bundle)
    await opened.close()
  }, 240_000)
  afterAll(async () => {
    await installation.drop()
    await Promise.all([postgres.stop(), objects.stop()])
    await folder[Symbol.asyncDispose]()
  })

  const run = async (words: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
    await ended(startClaims(folder.path, words, { ...installation.environment, ...more }))
  const result = async (...words: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run([...words, '--json'])
    if (stdout === '') throw new Error(stderr)
    return { code, ...(JSON.parse(stdout) as object) }
  }

  test('models, score and doctor work, and nothing is written to CLAIMS_HOME', async () => {
    for (const version of ['1', '2'])
      expect(await result('models', 'promote', `fraud@${version}`, ...change)).toMatchObject({
        code: 0,
      })
    expect(await result('models', 'list')).toMatchObject({
      code: 0,
      models: [{ name: 'fraud', versions: 3, aliases: { champion: '2' } }],
    })
    expect(await result('models', 'show', 'fraud')).toMatchObject({
      ...{ code: 0, version: '2' },
      directory: expect.stringMatching(/^s3:\/\/bucket\/claims_\w+\/bundles\/[0-9a-f]{64}$/) as unknown,
    })
    expect(await result('models', 'rollback', 'fraud', '--expected', '2', ...change)).toMatchObject({
      code: 0,
    })
    expect(await result('models', 'history', 'fraud')).toMatchObject({ code: 0 })
    expect(
      await result('score', '--model', 'fraud@champion', '--data', data, '--out', folder.at('scores.csv')),
    ).toMatchObject({
      code: 0,
      scored: 1500,
    })
    expect(await result('evaluate', '--model', 'fraud@1', '--data', data)).toMatchObject({ code: 0 })
    const doctor = await run(['doctor'])
    expect(doctor.stdout).toMatch(
      /^ok {3}database {3}PostgreSQL at postgres:\/\/claims@127\.0\.0\.1:\d+\/claims_\w+, schema (\d+) of \1$/m,
    )
    expect(doctor.stdout).toMatch(/^ok {3}artifacts {2}S3 at s3:\/\/bucket\/claims_\w+$/m)
    expect(doctor.stdout).toMatch(/^ok {3}registry {3}1 models in postgres:/m)
    expect((await folder.names()).filter((name) => /state\/(?:claims|registry)/.test(name))).toEqual([])
  }, 240_000)

  test('serve works', async () => {
    const served = await serveModel(folder.path, ['--model', 'fraud@2'], installation.environment)
    expect((await served.health()).dependencies.source).toMatchObject({
      ...{ kind: 'registry', reference: 'fraud@2', follows: false },
      artifacts: { kind: 's3', place: expect.stringMatching(/^s3:\/\/bucket\/claims_\w+$/) as unknown },
    })
    expect(await served.stop()).toBe(0)
  }, 120_000)

  test('a server without tables is refused with the way on, and two who migrate at once do it once', async () => {
    const empty = await newPostgresDatabase(postgres)
    const there = { DATABASE_URL: empty.url }
    const before = await run(['models', 'list', '--json'], there)
    expect([before.code, JSON.parse(before.stdout)]).toEqual([
      2,
      {
        error: expect.objectContaining({
          code: 'database_outdated',
          problems: [expect.objectContaining({ allowed: 'a database after claims database migrate' })],
        }) as unknown,
      },
    ])
    const both = await Promise.all([1, 2].map(() => run(['database', 'migrate', '--json'], there)))
    const applied = both.flatMap(
      ({ stdout }) => (JSON.parse(stdout) as { applied: { version: number }[] }).applied,
    )
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    const { version } = JSON.parse(both[0]?.stdout ?? '') as { version: number }
    expect(applied.map((one) => one.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: version }, (_, i) => i + 1),
    )
    expect((await run(['models', 'list'], there)).code).toBe(0)
    await empty.drop()
  }, 120_000)

  test('a role that may read and write rows runs the product, and neither migrates nor changes the schema', async () => {
    const place = await newPostgresDatabase(postgres)
    const owner = await openDatabase({ url: place.url })
    expect((await run(['database', 'migrate'], { DATABASE_URL: place.url })).code).toBe(0)
    const role = `run_${new URL(place.url).pathname.slice(1)}`
    const name = sql.id(role)
    // As docs/production.md says.
    for (const statement of [
      sql`create role ${name} login`,
      sql`grant usage on schema public to ${name}`,
      sql`grant select, insert, update, delete on all tables in schema public to ${name}`,
      sql`revoke insert, update, delete on schema_migrations from ${name}`,
    ])
      await statement.execute(owner.kysely)
    const there = { DATABASE_URL: place.url.replace('//claims@', `//${role}@`) }
    const opened = await openStorage({ ...installation.storage, databaseUrl: there.DATABASE_URL })
    await opened.registry.register('fraud', folder.at('bundle-3'))
    await opened.close()
    expect((await run(['models', 'promote', 'fraud@1', ...change], there)).code).toBe(0)
    const served = await serveModel(folder.path, ['--model', 'fraud'], {
      ...installation.environment,
      ...there,
    })
    while ((await served.health()).dependencies.source['noticed_by'] !== 'notification')
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await served.stop()).toBe(0)
    await writeFile(folder.at('key'), Buffer.alloc(32, 1), { mode: 0o600 })
    const backup = await run(
      ['database', 'backup', '--out', folder.at(`${role}.backup`), '--key-file', folder.at('key')],
      there,
    )
    expect([backup.stderr, backup.code]).toEqual(['', 0])
    // It has nothing to migrate, and could not.
    expect((await run(['database', 'migrate'], there)).code).toBe(0)
    await sql`delete from schema_migrations where version = (select max(version) from schema_migrations)`.execute(
      owner.kysely,
    )
    const refused = await run(['database', 'migrate', '--json'], there)
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([
      2,
      { error: { code: 'database_refused' } },
    ])
    await sql`drop owned by ${name}`.execute(owner.kysely)
    await sql`drop role ${name}`.execute(owner.kysely)
    await owner.close()
    await place.drop()
  }, 240_000)

  test('no password is shown, of the database, of S3 or of what is no address', async () => {
    for (const more of [
      { DATABASE_URL: 'postgres://ada:s3cret@127.0.0.1:1/claims' },
      { DATABASE_URL: 'postgres://ada:12/s3cret@127.0.0.1:1/claims' },
      { DATABASE_URL: 'postgres://ada@127.0.0.1:1/claims?password=s3cret' },
      { DATABASE_URL: 'postgres:ada:s3cret@host/claims' },
      { ARTIFACTS_URI: 's3://ada:s3cret@bucket/claims' },
      { ARTIFACTS_URI: 's3://bucket/claims?secretAccessKey=s3cret' },
      { ARTIFACTS_URI: 's3://bucket/claims?endpoint=http://ada:s3cret@127.0.0.1:1' },
      { ARTIFACTS_URI: 's3://bucket/claims?endpoint=http%3A%2F%2Fada%3As3cret%40127.0.0.1%3A1' },
    ] as Record<string, string>[])
      for (const words of [
        ['doctor', '--verbose'],
        ['doctor', '--json'],
        ['models', 'list', '--verbose'],
      ]) {
        const { stdout, stderr } = await run(words, more)
        expect(stdout + stderr).not.toContain('s3cret')
        expect(stdout + stderr).toMatch(/claims|bucket|database/i)
      }
  }, 240_000)
})
