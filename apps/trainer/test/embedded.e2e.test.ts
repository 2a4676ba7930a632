import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { startApi } from '@claims/api'
import { storageOf } from '@claims/api/storage'
import { ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'
import { trainSmall } from './installations.ts'

let folder: Folder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

const run = async (...words: readonly string[]): Promise<Ended> =>
  await ended(startClaims(folder.path, words))

describe('the embedded registry', () => {
  test('of an empty CLAIMS_HOME is empty for every command that reads, and doctor makes nothing', async () => {
    const doctor = await run('doctor')
    expect(doctor.stdout).toMatch(/^ok {3}database {3}SQLite at \S+state\/claims\.sqlite, not made yet$/m)
    expect(doctor.stdout).toMatch(/^ok {3}registry {3}empty: there is no database yet$/m)
    expect(await folder.names()).toEqual(['state'])
    expect(await run('models', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no model is registered') as unknown,
    })
    for (const words of [
      ['models', 'show', 'fraud'],
      ['models', 'history', 'fraud'],
      ['score', '--model', 'fraud', '--data', folder.at('x.csv'), '--out', folder.at('y.csv')],
      ['serve', '--model', 'fraud', '--port', '0'],
    ])
      expect(await run(...words)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('[unknown_model]') as unknown,
      })
    expect((await run('doctor')).stdout).toMatch(/^ok {3}registry {3}0 models in \S+claims\.sqlite$/m)
  }, 120_000)

  test('in a CLAIMS_HOME that may only be read says so, and doctor as well', async () => {
    // Root writes everywhere; a folder that a file stands for is in nobody's way to be told.
    await mkdir(folder.at('state'))
    await chmod(folder.at('state'), 0o555)
    if (process.getuid?.() === 0) {
      await rm(folder.at('state'), { recursive: true })
      await mkdir(folder.at('state/claims.sqlite'), { recursive: true })
    }
    const { code, stdout } = await run('models', 'list', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      {
        error: expect.objectContaining({
          code: 'database_refused',
          message: expect.stringContaining('claims.sqlite') as unknown,
        }) as unknown,
      },
    ])
    expect((await run('doctor')).code).toBe(1)
  })

  test('takes an empty file for a new database, and refuses what is none, which it leaves as it is', async () => {
    await mkdir(folder.at('state'))
    const path = folder.at('state/claims.sqlite')
    await writeFile(path, '')
    expect((await run('models', 'list')).code).toBe(0)
    for (const name of ['claims.sqlite', 'claims.sqlite-wal', 'claims.sqlite-shm'])
      await rm(folder.at(`state/${name}`), { force: true })
    const letter = 'a letter, long enough to be looked at. '.repeat(100)
    await writeFile(path, letter)
    const { code, stdout } = await run('models', 'list', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'damaged_database' } }])
    expect((await run('doctor')).stdout).toMatch(/^BAD {2}database {3}\S.*is no database of SQLite$/m)
    expect(await readFile(path, 'utf8')).toBe(letter)
  })

  test('is made once by eight processes that start at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => run('models', 'list')))
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(Array.from({ length: 8 }, () => [0, '']))
    expect((await run('database', 'status')).code).toBe(0)
  }, 120_000)

  test('is not made by an api that serves a bundle', async () => {
    const { bundle } = await trainSmall(folder, 3)
    const settings = {
      ...{ DATABASE_URL: undefined, ARTIFACTS_URI: undefined, CLAIMS_PLAINTEXT_HOSTS: [] },
      CLAIMS_ENVIRONMENT: 'development' as const,
    }
    const storage = storageOf(settings, folder.at('state'))
    const api = await startApi({ bundle, storage, port: 0, logLevel: 'silent', noticeMilliseconds: 0 })
    expect((await fetch(`${api.url}/health`)).status).toBe(200)
    expect((await fetch(`${api.url}/api/v1/models`)).status).toBe(404)
    await api.close()
    expect((await folder.names()).filter((name) => name.startsWith('state'))).toEqual([])
    // Nor is it refused for a registry that cannot be opened.
    await mkdir(folder.at('state'))
    await writeFile(storage.databaseUrl, 'no database, and long enough to be one. '.repeat(100))
    const beside = await startApi({ bundle, storage, port: 0, logLevel: 'silent', noticeMilliseconds: 0 })
    expect((await fetch(`${beside.url}/health`)).status).toBe(200)
    await beside.close()
  }, 120_000)
})
