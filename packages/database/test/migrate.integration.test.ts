import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { sha256 } from '@claims/contracts/files'
import { DatabaseLedger, migrate, openDatabase, schemaStatus, type Migration } from '@claims/database'
import { migrationChecksum } from '../src/migrations/migration.ts'
import { migrations as ours } from '../src/migrations/migrations.ts'
import { describeKinds, newPlace, type Place } from './kinds.ts'

const newest = ours.length

const second: Migration = {
  version: newest + 1,
  name: 'notes',
  statements: ({ integer, text, timestamp, bytes, tableEnd }) => [
    `create table notes (id ${integer} not null primary key, note ${text}, at ${timestamp}, raw ${bytes})${tableEnd}`,
    `create index notes_by_note on notes (note)`,
  ],
}
const failing: Migration = {
  version: newest + 2,
  name: 'half way',
  statements: () => ['alter table notes add column more integer', 'create table notes (id integer)'],
}
const clock = { now: () => new Date('2026-11-29T09:33:41.123Z') }

test('the migrations of the product are numbered from 1', () => {
  expect(ours.map(({ version }) => version)).toEqual(ours.map((_, i) => i + 1))
})

describeKinds('migrate', (kind) => {
  let place: Place
  beforeEach(async () => {
    place = await newPlace(kind)
  })
  afterEach(() => place.dispose())

  test('applies each migration once, in order, and records it', async () => {
    const database = await place.open()
    expect(await schemaStatus(database)).toMatchObject({
      version: 0,
      newest,
      pending: ours.map(({ version, name }) => ({ version, name })),
    })
    const applied = await migrate(database, { clock })
    expect(applied).toEqual(
      ours.map((one) => ({
        version: one.version,
        name: one.name,
        checksum: migrationChecksum(one),
        applied_at: clock.now().toISOString(),
      })),
    )
    expect(await migrate(database)).toEqual([])
    expect(await schemaStatus(database)).toEqual({ version: newest, newest, applied, pending: [] })
    const more = await migrate(database, { clock, migrations: [...ours, second] })
    expect(more.map(({ version }) => version)).toEqual([newest + 1])
  })

  test('of many who start at once, one applies each migration', async () => {
    const databases = await Promise.all(Array.from({ length: 6 }, () => place.open()))
    const migrations = [...ours, second]
    const applied = await Promise.all(databases.map((database) => migrate(database, { migrations })))
    expect(
      applied
        .flat()
        .map(({ version }) => version)
        .sort((a, b) => a - b),
    ).toEqual(migrations.map((_, i) => i + 1))
  })

  test('leaves the schema before a migration that fails half way, and goes on from there', async () => {
    const database = await place.open()
    const migrations = [...ours, second, failing]
    await expect(migrate(database, { migrations })).rejects.toThrow(/notes/)
    const { version } = await schemaStatus(database, [...ours, second, failing])
    expect(version).toBe(newest + 1)
    await expect(sql`select more from notes`.execute(database.kysely)).rejects.toMatchObject({
      code: 'database_outdated',
    })
    const mended: Migration = { ...failing, statements: () => ['alter table notes add column more integer'] }
    await migrate(database, { migrations: [...ours, second, mended] })
    expect((await sql`select more from notes`.execute(database.kysely)).rows).toEqual([])
  })

  test('an older product refuses a newer schema, and says both versions', async () => {
    const database = await place.open()
    await migrate(database, { migrations: [...ours, second] })
    const newer = {
      code: 'database_newer',
      message: expect.stringContaining(
        `has schema ${String(newest + 1)}, and this product knows schemas up to ${String(newest)}`,
      ) as unknown,
      problems: [{ received: newest + 1 }],
    }
    await expect(openDatabase({ url: place.url })).rejects.toMatchObject(newer)
    await expect(migrate(database)).rejects.toMatchObject(newer)
    await expect(schemaStatus(database)).rejects.toMatchObject(newer)
  })

  test('a migration that changed after it was applied is refused', async () => {
    const database = await place.open()
    await migrate(database, { migrations: [...ours, second] })
    const changed: Migration = { ...second, statements: () => ['create table notes (id integer)'] }
    for (const migrations of [
      [...ours, changed],
      [...ours, { ...second, name: 'remarks' }],
    ])
      await expect(migrate(database, { migrations })).rejects.toMatchObject({
        code: 'damaged_database',
        problems: [{ field: `schema_migrations ${String(newest + 1)}` }],
      })
    await sql`delete from schema_migrations where version = 1`.execute(database.kysely)
    await expect(migrate(database, { migrations: [...ours, second] })).rejects.toMatchObject({
      code: 'damaged_database',
    })
  })

  test('ledgers of before there were heads get them', async () => {
    const database = await place.open()
    await migrate(database, { migrations: ours.slice(0, 1) })
    const row = (name: string, position: number, entry: string): Parameters<typeof insert.values>[0] => ({
      ...{ name, position, entry, sha256: sha256(entry) },
    })
    const insert = database.kysely.insertInto('ledger_entries')
    await insert.values(row('fraud', 1, 'one')).execute()
    await insert.values(row('fraud', 2, 'two')).execute()
    await insert.values(row('motor', 1, 'm')).execute()
    await migrate(database)
    expect(await database.kysely.selectFrom('ledger_heads').selectAll().orderBy('name').execute()).toEqual([
      { name: 'fraud', position: 2, sha256: sha256('two'), dropped: 0 },
      { name: 'motor', position: 1, sha256: sha256('m'), dropped: 0 },
    ])
    expect(await new DatabaseLedger(database).append('fraud', sha256('two'), ['three'])).toBe(true)
  })

  test('integers of 64 bits, moments and bytes are the same on both kinds', async () => {
    const database = await place.open()
    await migrate(database, { migrations: [...ours, second] })
    const write = (id: number | bigint, values: readonly unknown[]): Promise<unknown> =>
      sql`insert into notes (id, note, at, raw) values (${id}, ${sql.join(values)})`.execute(database.kysely)
    await write(9_223_372_036_854_775_807n, [
      'zwei – 二',
      '2026-11-29T09:33:41.123Z',
      new Uint8Array([0, 255]),
    ])
    await write(-9_007_199_254_740_993n, [null, null, null])
    await write(9_007_199_254_740_991n, ['', '1969-12-31T23:59:59.999Z', new Uint8Array()])
    await write(5, ['five', '0099-01-01T00:00:00.000Z', null])
    const { rows } = await sql`select * from notes order by id`.execute(database.kysely)
    expect(rows).toEqual([
      { id: -9_007_199_254_740_993n, note: null, at: null, raw: null },
      { id: 5, note: 'five', at: '0099-01-01T00:00:00.000Z', raw: null },
      { id: 9_007_199_254_740_991, note: '', at: '1969-12-31T23:59:59.999Z', raw: new Uint8Array() },
      {
        id: 9_223_372_036_854_775_807n,
        note: 'zwei – 二',
        at: '2026-11-29T09:33:41.123Z',
        raw: new Uint8Array([0, 255]),
      },
    ])
    const count = await sql<{ n: unknown }>`select count(*) as n from notes`.execute(database.kysely)
    expect(count.rows).toEqual([{ n: 4 }])
    await expect(
      database.kysely
        .insertInto('ledger_entries')
        .values({ name: 'a', position: 2 ** 53, entry: 'x', sha256: '0'.repeat(64) })
        .execute(),
    ).rejects.toThrow(/check/i)
  })
})
