import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sql, type Transaction } from 'kysely'
import { migrate, transaction, type Database, type Schema } from '@claims/database'
import { describeKinds, newPlace, type Place } from './kinds.ts'

describeKinds('transaction', (kind) => {
  let place: Place
  let one: Database
  let other: Database
  beforeEach(async () => {
    place = await newPlace(kind)
    ;[one, other] = [await place.open(), await place.open()]
    await migrate(one)
    await sql`create table counters (name text primary key, n integer not null)`.execute(one.kysely)
    await sql`insert into counters values ('a', 0), ('b', 0)`.execute(one.kysely)
  })
  afterEach(() => place.dispose())

  async function read(tables: Database['kysely'], name = 'a'): Promise<number> {
    const { rows } = await sql<{ n: number }>`select n from counters where name = ${name}`.execute(tables)
    return rows[0]?.n ?? NaN
  }
  async function write(tables: Transaction<Schema>, n: number, name = 'a'): Promise<void> {
    await sql`update counters set n = ${n} where name = ${name}`.execute(tables)
  }

  test('reads and writes as if nobody else were there', async () => {
    const increments = Array.from({ length: 40 }, (_, i) =>
      transaction(i % 2 === 0 ? one : other, async (tables) => {
        const n = await read(tables)
        await new Promise((resolve) => setTimeout(resolve, i % 3))
        await write(tables, n + 1)
        return n
      }),
    )
    const seen = await Promise.all(increments)
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    expect(await read(one.kysely)).toBe(40)
  })

  test('stores nothing of work that throws, and does not run it again', async () => {
    let runs = 0
    const work = transaction(one, async (tables) => {
      runs += 1
      await write(tables, 7)
      throw new RangeError('mine')
    })
    await expect(work).rejects.toThrow(new RangeError('mine'))
    expect([runs, await read(other.kysely)]).toEqual([1, 0])
  })

  test('of readers sees one state', async () => {
    const seen = await transaction(
      one,
      async (tables) => {
        const before = await read(tables)
        await transaction(other, (others) => write(others, 1))
        return [before, await read(tables)]
      },
      { access: 'read' },
    )
    expect([...seen, await read(one.kysely)]).toEqual([0, 0, 1])
  })

  test('of readers may not write, and whoever follows may', async () => {
    const work = transaction(one, (tables) => write(tables, 3), { access: 'read' })
    await expect(work).rejects.toMatchObject({ code: 'database_refused' })
    await sql`update counters set n = 4 where name = 'a'`.execute(one.kysely)
    await transaction(one, async (tables) => write(tables, (await read(tables)) + 1))
    expect(await read(other.kysely)).toBe(5)
  })

  test('gives up after a while, and says what was in the way and how often it tried', async () => {
    let runs = 0
    const inTheWay = async (): Promise<void> => {
      await transaction(
        one,
        async (tables) => {
          runs += 1
          await read(tables)
          // PostgreSQL finds at the write that the row was changed after it was read.
          if (kind === 'postgres') await transaction(other, (others) => write(others, runs))
          await write(tables, -1)
        },
        { patienceMilliseconds: 600 },
      )
    }
    const given = {
      code: 'database_unavailable',
      message: expect.stringMatching(
        /(?:being written|changed by others).*, also after \d+ attempts in 0\.\d s$/,
      ) as unknown,
      cause: { cause: kind === 'sqlite' ? { errcode: 5 } : { code: '40001' } },
    }
    if (kind === 'postgres') await expect(inTheWay()).rejects.toMatchObject(given)
    else
      await transaction(other, async (others) => {
        await expect(inTheWay()).rejects.toMatchObject(given)
        await write(others, 5)
      })
    // On SQLite the lock is taken when a transaction begins.
    expect(runs > 1).toBe(kind === 'postgres')
    expect(await read(one.kysely)).toBe(kind === 'postgres' ? runs : 5)
  })

  test('a query that is wrong, or breaks a constraint, fails as it is and leaves the connection usable', async () => {
    await expect(sql`select nonsense from`.execute(one.kysely)).rejects.toThrow(/syntax|incomplete/)
    const twice = transaction(one, async (tables) => {
      await sql`insert into counters values ('a', 1)`.execute(tables)
    })
    await expect(twice).rejects.toThrow(/unique/i)
    await expect(sql`select 1 from absent`.execute(one.kysely)).rejects.toMatchObject({
      code: 'database_outdated',
    })
    expect(await read(one.kysely)).toBe(0)
  })

  if (kind === 'postgres')
    test('is run again after a deadlock', async () => {
      let meeting = 0
      const crossing = (database: Database, names: readonly [string, string]): Promise<void> =>
        transaction(
          database,
          async (tables) => {
            await write(tables, 1, names[0])
            meeting += 1
            while (meeting < 2) await new Promise((resolve) => setTimeout(resolve, 5))
            await write(tables, 1, names[1])
          },
          { isolation: 'read committed' },
        )
      await Promise.all([crossing(one, ['a', 'b']), crossing(other, ['b', 'a'])])
      expect(meeting).toBe(3)
      expect([await read(one.kysely), await read(one.kysely, 'b')]).toEqual([1, 1])
    })
})
