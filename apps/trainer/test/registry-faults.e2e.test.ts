import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { rename } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { startApi, type RunningApi } from '@claims/api'
import { openStorage, type Storage } from '@claims/api/storage'
import { describeInstalled, startObjectStore, type ObjectStore } from '@claims/mlflow/testing'
import type { OpenRegistry } from '@claims/registry'
import { startPostgres, type RunningPostgres } from '@claims/servers/postgres'
import { sql } from 'kysely'
import { temporaryFolder, type Folder } from './claims-command.ts'
import {
  exampleClaim,
  newInstallation,
  trainSmall,
  until,
  type Health,
  type Installation,
} from './installations.ts'

const change = { actor: 'ada', reason: 'a test' }
let folder: Folder
let bundles: string[]
let installation: Installation
let opened: OpenRegistry
let api: RunningApi | undefined

beforeAll(async () => {
  folder = await temporaryFolder()
  bundles = [(await trainSmall(folder, 3)).bundle, (await trainSmall(folder, 4)).bundle]
}, 180_000)
afterAll(() => folder[Symbol.asyncDispose]())
afterEach(async () => {
  await api?.close()
  api = undefined
})

async function fill(): Promise<void> {
  opened = await openStorage(installation.storage)
  for (const bundle of bundles) await opened.registry.register('fraud', bundle)
  await opened.registry.promote('fraud', '1', change)
}

async function serve(storage: Storage, more: { environment?: 'production' } = {}): Promise<RunningApi> {
  api = await startApi({
    ...{ model: 'fraud', storage, port: 0, logLevel: 'silent', noticeMilliseconds: 0, pollMilliseconds: 100 },
    ...(more.environment && {
      environment: more.environment,
      guard: (_request, _response, next) => {
        next()
      },
    }),
  })
  return api
}

async function health(): Promise<Health> {
  return (await (await fetch(`${api?.url ?? ''}/health`)).json()) as Health
}

async function predict(): Promise<{ readonly status: number; readonly version?: string }> {
  const answer = await fetch(`${api?.url ?? ''}/api/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(exampleClaim),
  })
  const { model_version: version } = (await answer.json()) as { model_version: string }
  return { status: answer.status, version }
}

const serves = async (version: string): Promise<boolean> => (await predict()).version === version

describe('an api on a file of SQLite', () => {
  beforeEach(async () => {
    installation = await newInstallation(folder)
    await fill()
  })
  afterEach(async () => {
    await opened.close()
    await installation.drop()
  })

  test('says that its file was deleted, goes on serving, and follows when it is back', async () => {
    await serve(installation.storage)
    const path = installation.storage.databaseUrl
    await until(async () => (await health()).dependencies.source['last_look'] !== null)
    expect(await health()).toMatchObject({
      status: 'up',
      dependencies: { source: { status: 'up', database: { kind: 'sqlite', place: path } } },
    })
    await rename(path, `${path}.away`)
    await until(async () => (await health()).status === 'degraded')
    expect((await health()).dependencies.source).toMatchObject({
      ...{ status: 'down', last_failure: 'database_unavailable' },
      last_problem: expect.stringContaining('was deleted while it was open') as unknown,
    })
    await until(async () => (await health()).dependencies.model.last_failure === 'database_unavailable')
    expect(await predict()).toEqual({ status: 200, version: '1' })
    await expect(opened.registry.promote('fraud', '2', change)).rejects.toMatchObject({
      code: 'database_unavailable',
    })
    await rename(`${path}.away`, path)
    await until(async () => (await health()).status === 'up')
    await opened.registry.promote('fraud', '2', change)
    await until(() => serves('2'))
  })

  test('goes on when a newer product migrates, and says both schemas; an older one does not start', async () => {
    await serve(installation.storage)
    const newer = { version: 9_999, name: 'of a newer product', checksum: 'a'.repeat(64) }
    const { kysely } = opened.database
    await kysely
      .insertInto('schema_migrations')
      .values({ ...newer, applied_at: '2026-11-29T09:33:41.123Z' })
      .execute()
    await opened.registry.promote('fraud', '2', change)
    await until(() => serves('2'))
    expect((await health()).dependencies.source).toMatchObject({
      status: 'up',
      database: { schema_version: 9_999, schema_known: opened.schema.newest },
    })
    await expect(openStorage(installation.storage)).rejects.toMatchObject({
      code: 'database_newer',
      message: expect.stringMatching(/has schema 9999, and this product knows schemas up to \d/) as unknown,
    })
  })

  test('in production tells no path, and of a bundle nothing of a registry', async () => {
    await serve(installation.storage, { environment: 'production' })
    const text = await (await fetch(`${api?.url ?? ''}/health`)).text()
    expect(text).not.toContain(folder.path)
    expect(JSON.parse(text)).toMatchObject({
      dependencies: {
        source: {
          kind: 'registry',
          reference: 'fraud',
          database: { kind: 'sqlite' },
          artifacts: { kind: 'directory' },
        },
      },
    })
    await api?.close()
    const [bundle = ''] = bundles
    api = await startApi({
      bundle,
      storage: installation.storage,
      port: 0,
      logLevel: 'silent',
      noticeMilliseconds: 0,
    })
    expect((await health()).dependencies.source).toEqual({ kind: 'bundle', status: 'up', place: bundle })
  })
})

describeInstalled('an api on PostgreSQL and S3', '3.17.0', () => {
  let postgres: RunningPostgres
  let objects: ObjectStore
  beforeAll(async () => {
    ;[postgres, objects] = await Promise.all([startPostgres({ user: 'claims' }), startObjectStore()])
  }, 120_000)
  afterAll(async () => {
    await Promise.all([postgres.stop(), objects.stop()])
  })
  beforeEach(async () => {
    installation = await newInstallation(folder, { postgres, objects })
    await fill()
  })
  afterEach(async () => {
    await opened.close()
    await installation.drop()
  })

  test('goes on serving while the database is away, says so, and follows when it is back', async () => {
    await serve(installation.storage)
    await until(async () => (await health()).dependencies.source['noticed_by'] === 'notification')
    await postgres.crash()
    await until(async () => (await health()).dependencies.source['status'] === 'down')
    expect(await health()).toMatchObject({
      status: 'degraded',
      dependencies: { source: { noticed_by: 'polling', last_failure: 'database_unavailable' } },
    })
    for (let i = 0; i < 20; i += 1) expect(await predict()).toEqual({ status: 200, version: '1' })
    expect((await fetch(`${api?.url ?? ''}/health/ready`)).status).toBe(200)
    await postgres.start()
    await until(async () => (await health()).status === 'up')
    await opened.registry.promote('fraud', '2', change)
    await until(() => serves('2'))
    await until(async () => (await health()).dependencies.source['noticed_by'] === 'notification')
  }, 120_000)

  test('holds no connection when it was closed', async () => {
    const others = async (): Promise<number> => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(opened.database.kysely)
      return rows[0]?.n ?? NaN
    }
    await serve(installation.storage)
    await until(async () => (await health()).dependencies.source['noticed_by'] === 'notification')
    await api?.close()
    api = undefined
    await until(async () => (await others()) === 0)
  })

  test('stays with the version before while S3 is away or cuts its answers short, and takes the new one when it is back', async () => {
    const relay = await startRelay(Number(new URL(objects.address).port))
    const { artifactsUri } = installation.storage
    await serve({
      ...installation.storage,
      artifactsUri: artifactsUri.replace(objects.address, relay.address),
    })
    for (const [mode, version] of [
      ['away', '2'],
      ['cut', '1'],
    ] as const) {
      const before = version === '2' ? '1' : '2'
      relay.set(mode)
      await opened.registry.promote('fraud', version, change)
      await until(async () => (await health()).status === 'degraded')
      expect(await predict()).toEqual({ status: 200, version: before })
      expect((await health()).dependencies.model.last_failure).toMatch(
        /^(?:artifacts_unavailable|damaged_bundle)$/,
      )
      relay.set('open')
      await until(() => serves(version))
      await until(async () => (await health()).status === 'up')
    }
    await api?.close()
    api = undefined
    await relay.stop()
  }, 240_000)
})

type RelayMode = 'open' | 'away' | 'cut'

/** Stands before a server: passes everything on, ends every connection, or ends it in the middle of an answer. */
async function startRelay(target: number): Promise<{
  readonly address: string
  set(mode: RelayMode): void
  stop(): Promise<void>
}> {
  let mode: RelayMode = 'open'
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.on('data', (bytes: Buffer) => {
      if (mode === 'away') client.destroy()
      else upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => {
      if (mode === 'cut') client.end(bytes.subarray(0, bytes.length / 2))
      else client.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a server that listens has a port')
  return {
    address: `http://127.0.0.1:${String(address.port)}`,
    set: (value) => {
      mode = value
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
