import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { emptyLedger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase, startPostgres } from '@claims/servers/postgres'
import { DatabaseLedger, migrate, openDatabase, schemaStatus } from '@claims/database'
import { describeKinds, newPlace, type Place } from './kinds.ts'
import { startProgram } from './run-program.ts'
import { slowMigrations } from './slow-migrations.ts'

/** CLAIMS_FAULTS=long kills often. */
const kills = process.env['CLAIMS_FAULTS'] === 'long' ? 200 : 20

interface Entry {
  readonly writer: string
  readonly n: number
  readonly part: number
  readonly after: string
}

/** The entries, after each was checked to name the one before it. */
function chained(entries: readonly string[]): Entry[] {
  let last = emptyLedger
  return entries.map((text) => {
    const entry = JSON.parse(text) as Entry
    expect(entry.after).toBe(last)
    last = sha256(text)
    return entry
  })
}

describeKinds('a process that is killed', (kind) => {
  let place: Place
  beforeEach(async () => {
    place = await newPlace(kind)
  })
  afterEach(() => place.dispose())

  test(
    `while it appends, ${String(kills)} times, leaves whole appends, and every one that was answered`,
    async () => {
      const database = await place.open()
      await migrate(database)
      const ledger = new DatabaseLedger(database)
      const answered: [writer: string, n: number][] = []
      for (let round = 0; round < kills; round += 1) {
        const writer = `w${String(round)}`
        const running = startProgram('append-pairs.ts', [place.url, 'fraud', writer, '1000000'])
        await running.ready
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 150))
        running.child.kill('SIGKILL')
        expect(await running.ended).toBeNull()
        for (const line of running.lines.slice(1)) answered.push([writer, Number(line)])
        const entries = chained(await ledger.read('fraud'))
        // Both parts of an append are there, or neither.
        expect(entries.map(({ part }) => part)).toEqual(entries.map((_, i) => (i % 2) + 1))
      }
      const stored = chained(await ledger.read('fraud')).filter(({ part }) => part === 1)
      const names = stored.map(({ writer, n }) => `${writer} ${String(n)}`)
      expect(new Set(names).size).toBe(names.length)
      expect(answered.length).toBeGreaterThan(0)
      expect(names).toEqual(expect.arrayContaining(answered.map(([writer, n]) => `${writer} ${String(n)}`)))
      // At most one append of a round was stored and not answered any more.
      expect(names.length - answered.length).toBeLessThanOrEqual(kills)
    },
    kills * 6_000 + 60_000,
  )

  test('while it migrates leaves the schema before or after, and the next one finishes', async () => {
    let interrupted = 0
    for (const milliseconds of [0, 100, 300]) {
      const one = await newPlace(kind)
      const running = startProgram('migrate-slowly.ts', [one.url])
      await running.ready
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      running.child.kill('SIGKILL')
      await running.ended
      const database = await one.open().catch((error: unknown) => {
        // It had finished before it was killed.
        expect(error).toMatchObject({ code: 'database_newer' })
        return null
      })
      if (database === null) {
        await one.dispose()
        continue
      }
      interrupted += 1
      const { version } = await schemaStatus(database, slowMigrations)
      const tables = (await database.kysely.introspection.getTables()).map(({ name }) => name)
      expect(tables.includes('numbers')).toBe(version === slowMigrations.length)
      expect(tables.includes('after_numbers')).toBe(version === slowMigrations.length)
      expect(tables.includes('ledger_entries')).toBe(version >= 1)
      await migrate(database, { migrations: slowMigrations })
      const { rows } = await sql`select count(*) as n from numbers`.execute(database.kysely)
      expect(rows).toEqual([{ n: 300_000 }])
      await one.dispose()
    }
    expect(interrupted).toBeGreaterThan(0)
  }, 120_000)

  test('two that append at once: one gets each position, and nothing is lost', async () => {
    const database = await place.open()
    await migrate(database)
    const count = 60
    const running = ['a', 'b'].map((writer) =>
      startProgram('append-pairs.ts', [place.url, 'fraud', writer, String(count)]),
    )
    expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0])
    const entries = chained(await new DatabaseLedger(database).read('fraud'))
    expect(entries).toHaveLength(4 * count)
    for (const writer of ['a', 'b'])
      expect(
        entries.filter((entry) => entry.writer === writer && entry.part === 2).map(({ n }) => n),
      ).toEqual(Array.from({ length: count }, (_, i) => i))
  }, 120_000)
})

describe('a file of SQLite', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'claims-faults-'))
  })
  afterEach(async () => {
    await rm(directory, { recursive: true })
  })

  test('that may only be read is refused when it is written, and says so', async () => {
    const url = join(directory, 'claims.sqlite')
    const database = await openDatabase({ url })
    await migrate(database)
    await database.close()
    await chmod(url, 0o444)
    await chmod(directory, 0o555)
    // Root writes everywhere: then the program runs as nobody.
    const running = startProgram('append-one.ts', [url], process.getuid?.() === 0 ? 65_534 : undefined)
    expect([await running.ended, running.lines]).toEqual([0, ['database_refused']])
    await chmod(directory, 0o755)
  })

  const mounted = spawnSync('/bin/sh', [
    '-c',
    'folder=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$folder" && umount "$folder"; code=$?; rmdir "$folder"; exit $code',
  ])
  // In CI a container may not be allowed to mount either, so this skips everywhere.
  const testOnSmallDisk = mounted.status === 0 ? test : test.skip
  if (mounted.status !== 0)
    process.stderr.write('SKIPPED: a full disk: a small file system cannot be mounted here\n')
  testOnSmallDisk(
    'on a full disk keeps what was answered, says so, and goes on when there is room',
    async () => {
      const folder = join(directory, 'small')
      expect(spawnSync('mkdir', [folder]).status).toBe(0)
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', folder]).status).toBe(0)
      try {
        await writeFile(join(folder, 'filler'), Buffer.alloc(200_000))
        const database = await openDatabase({ url: join(folder, 'claims.sqlite') })
        await migrate(database)
        const ledger = new DatabaseLedger(database)
        const stored: string[] = []
        const appendNext = async (): Promise<void> => {
          const entry = `${String(stored.length)} ${'x'.repeat(5_000)}`
          const last = stored.at(-1)
          await ledger.append('fraud', last === undefined ? emptyLedger : sha256(last), [entry])
          stored.push(entry)
        }
        const full = async (): Promise<void> => {
          for (;;) await appendNext()
        }
        await expect(full()).rejects.toMatchObject({
          code: 'database_unavailable',
          problems: [{ problem: 'cannot grow: the disk is full' }],
        })
        expect(stored.length).toBeGreaterThan(3)
        expect(await ledger.read('fraud')).toEqual(stored)
        await unlink(join(folder, 'filler'))
        await appendNext()
        expect(await ledger.read('fraud')).toEqual(stored)
        await database.close()
      } finally {
        spawnSync('umount', [folder])
      }
    },
  )
})

describeUnless(missingPostgres(), 'a server of PostgreSQL that ends in the middle', () => {
  test('is told by code at every step, and the same database works when it is back', async () => {
    const server = await startPostgres({ user: 'claims' })
    try {
      const { url } = await newPostgresDatabase(server)
      const database = await openDatabase({ url })
      await migrate(database)
      const ledger = new DatabaseLedger(database)
      await ledger.append('fraud', emptyLedger, ['one'])
      const lost = { code: 'database_unavailable' }
      const asleep = expect(sql`select pg_sleep(20)`.execute(database.kysely)).rejects.toMatchObject(lost)
      const within = expect(
        database.kysely.transaction().execute(async (tables) => {
          await sql`select 1`.execute(tables)
          await new Promise((resolve) => setTimeout(resolve, 700))
          await sql`select 1`.execute(tables)
        }),
      ).rejects.toMatchObject(lost)
      await new Promise((resolve) => setTimeout(resolve, 200))
      await server.crash()
      await Promise.all([asleep, within])
      await expect(ledger.append('fraud', sha256('one'), ['two'])).rejects.toMatchObject(lost)
      await expect(ledger.read('fraud')).rejects.toMatchObject(lost)
      await server.start()
      expect(await ledger.append('fraud', sha256('one'), ['two'])).toBe(true)
      expect(await ledger.read('fraud')).toEqual(['one', 'two'])
      await database.close()
    } finally {
      await server.stop()
    }
  }, 60_000)
})
