import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { rename } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { sql } from 'kysely'
import { emptyLedger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { describeLedgerWatch } from '@claims/contracts/testing'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase, startPostgres } from '@claims/servers/postgres'
import {
  DatabaseLedger,
  migrate,
  openDatabase,
  schemaStatus,
  watchLedger,
  type Database,
  type DatabaseWatch,
} from '@claims/database'
import { describeKinds, newPlace } from './kinds.ts'

describeKinds('the suite of the port', (kind) => {
  describeLedgerWatch(kind, async () => {
    const place = await newPlace(kind)
    const [one, other] = [await place.open(), await place.open()]
    await migrate(one)
    return {
      watch: watchLedger(one, { url: place.url }, { pollMilliseconds: 100 }),
      ledger: new DatabaseLedger(one),
      other: new DatabaseLedger(other),
      dispose: () => place.dispose(),
    }
  })
})

/** Follows a watch until the test ends. */
interface Following {
  readonly told: string[]
  end(): Promise<void>
}

function follow(watch: DatabaseWatch): Following {
  const [told, ending] = [[] as string[], new AbortController()]
  const done = (async () => {
    for await (const name of watch.changes(ending.signal)) told.push(name)
  })()
  return {
    told,
    end: async () => {
      ending.abort()
      await done
    },
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('a watch of a file of SQLite', () => {
  test('says that the file was deleted or replaced, and goes on when it is back', async () => {
    const place = await newPlace('sqlite')
    const database = await place.open()
    await migrate(database)
    const ledger = new DatabaseLedger(database)
    const watch = watchLedger(database, { url: place.url }, { pollMilliseconds: 20 })
    const following = follow(watch)
    await ledger.append('fraud', emptyLedger, ['one'])
    await until(() => following.told.includes('fraud'))
    await rename(place.url, `${place.url}.away`)
    const deleted = { code: 'database_unavailable', problems: [{ problem: 'was deleted while it was open' }] }
    await until(() => watch.state.failure !== null)
    expect(watch.state.failure).toMatchObject(deleted)
    // Nothing is read from, or written to, a file that nobody else sees.
    await expect(ledger.read('fraud')).rejects.toMatchObject(deleted)
    await expect(ledger.append('fraud', sha256('one'), ['lost'])).rejects.toMatchObject(deleted)
    await rename(`${place.url}.away`, place.url)
    await until(() => watch.state.failure === null)
    await ledger.append('motor', emptyLedger, ['one'])
    await until(() => following.told.includes('motor'))
    for (const end of ['', '-wal', '-shm']) await rename(`${place.url}${end}`, `${place.url}.away${end}`)
    await migrate(await place.open())
    await until(() => watch.state.failure?.problems[0]?.problem === 'was replaced while it was open')
    await expect(ledger.read('fraud')).rejects.toMatchObject({ code: 'database_unavailable' })
    await following.end()
    await place.dispose()
  })
})

describeUnless(missingPostgres(), 'a watch of PostgreSQL', () => {
  let place: Awaited<ReturnType<typeof newPlace>>
  let database: Database
  let ledger: DatabaseLedger
  beforeEach(async () => {
    place = await newPlace('postgres')
    database = await place.open()
    await migrate(database)
    ledger = new DatabaseLedger(database)
  })
  afterEach(() => place.dispose())

  const connections = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(database.kysely)
    return rows[0]?.n ?? NaN
  }

  test('is told at once, by the transaction that stores the entry and by no other', async () => {
    // It looks by itself after five minutes, which nobody waits for.
    const watch = watchLedger(database, { url: place.url }, { pollMilliseconds: 100_000 })
    const following = follow(watch)
    await until(() => watch.state.lastLook !== null)
    expect(watch.state).toMatchObject({ method: 'notification', failure: null })
    expect(watch.schemaVersion).toBe((await schemaStatus(database)).version)
    await ledger.append('fraud', emptyLedger, ['one'])
    await until(() => following.told.length === 1)
    await expect(
      database.kysely.transaction().execute(async (tables) => {
        await tables
          .insertInto('ledger_heads')
          .values({ name: 'motor', position: 1, sha256: 'a'.repeat(64), dropped: 0 })
          .execute()
        throw new RangeError('not stored')
      }),
    ).rejects.toThrow('not stored')
    await ledger.append('fraud', sha256('one'), ['two'])
    await until(() => following.told.length === 2)
    expect(following.told).toEqual(['fraud', 'fraud'])
    await following.end()
  })

  test('holds one connection, and none when it has ended', async () => {
    const before = await connections()
    const followed = [1, 2, 3].map(() => follow(watchLedger(database, { url: place.url })))
    await until(async () => (await connections()) >= before + 3)
    for (const one of followed) await one.end()
    await until(async () => (await connections()) <= before)
  })

  test('listens again when its connection was ended by the server', async () => {
    const watch = watchLedger(database, { url: place.url }, { pollMilliseconds: 200 })
    const following = follow(watch)
    await until(() => watch.state.method === 'notification')
    for (let n = 0; n < 3; n += 1) {
      const before = watch.state.lastLook
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query not like '%terminate%'`.execute(
        database.kysely,
      )
      await until(
        () => watch.state.method === 'notification' && watch.state.lastLook?.getTime() !== before?.getTime(),
      )
      following.told.length = 0
      await ledger.append(`after-${String(n)}`, emptyLedger, ['one'])
      await until(() => following.told.includes(`after-${String(n)}`))
    }
    await following.end()
  })

  test('polls, and says so, behind a pooler that drops its request to be told', async () => {
    const pooler = await startPooler(Number(new URL(place.url).port))
    const url = place.url.replace(/:\d+\//, `:${String(pooler.port)}/`)
    const watch = watchLedger(database, { url }, { pollMilliseconds: 100 })
    const following = follow(watch)
    await until(() => watch.state.lastLook !== null)
    expect(pooler.dropped()).toBe(2)
    expect(watch.state).toMatchObject({ method: 'polling', failure: null })
    await ledger.append('fraud', emptyLedger, ['one'])
    await until(() => following.told.includes('fraud'))
    expect(watch.state.method).toBe('polling')
    await following.end()
    await pooler.stop()
  })

  test('says that a server that does not answer is away, ends at once, and tells later what happened', async () => {
    const pooler = await startPooler(Number(new URL(place.url).port), { drops: false })
    const url = place.url.replace(/:\d+\//, `:${String(pooler.port)}/`)
    const watch = watchLedger(database, { url }, { pollMilliseconds: 100 })
    const following = follow(watch)
    await until(() => watch.state.method === 'notification')
    pooler.freeze(true)
    await until(() => watch.state.failure !== null)
    expect(watch.state).toMatchObject({
      method: 'polling',
      failure: { code: 'database_unavailable' },
    })
    await ledger.append('fraud', emptyLedger, ['one'])
    expect(following.told).toEqual([])
    pooler.freeze(false)
    await until(() => following.told.includes('fraud'))
    expect(watch.state.failure).toBeNull()
    pooler.freeze(true)
    await following.end()
    await pooler.stop()
  }, 60_000)

  test('goes on where the server was started again', async () => {
    const server = await startPostgres({ user: 'claims' })
    try {
      const { url } = await newPostgresDatabase(server)
      const other = await openDatabase({ url })
      await migrate(other)
      const watch = watchLedger(other, { url }, { pollMilliseconds: 100 })
      const following = follow(watch)
      await until(() => watch.state.method === 'notification')
      await server.crash()
      await until(() => watch.state.failure !== null)
      expect(watch.state.failure).toMatchObject({ code: 'database_unavailable' })
      await server.start()
      await until(() => watch.state.method === 'notification' && watch.state.failure === null)
      await new DatabaseLedger(other).append('fraud', emptyLedger, ['one'])
      await until(() => following.told.includes('fraud'))
      await following.end()
      await other.close()
    } finally {
      await server.stop()
    }
  }, 60_000)
})

/** A proxy that takes `listen` for itself, as a pooler does that hands connections on between two transactions. */
async function startPooler(
  target: number,
  { drops = true }: { drops?: boolean } = {},
): Promise<{
  readonly port: number
  dropped(): number
  freeze(frozen: boolean): void
  stop(): Promise<void>
}> {
  let count = 0
  let frozen = false
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.on('data', (bytes: Buffer) => {
      if (frozen) return
      const text = bytes.toString('latin1')
      const changed = drops
        ? text.replace(/listen claims_\w+/g, (words) => {
            count += 1
            return 'select 1'.padEnd(words.length)
          })
        : text
      upstream.write(Buffer.from(changed, 'latin1'))
    })
    upstream.on('data', (bytes: Buffer) => {
      if (!frozen) client.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a server that listens has a port')
  return {
    port: address.port,
    dropped: () => count,
    freeze: (value) => {
      frozen = value
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
