import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shownRoot } from '../src/artifacts/root-scheme.ts'
import { sourceFiles } from '../src/artifacts/source-files.ts'
import { MlflowClient, writeModelFolder } from '../src/index.ts'
import { startLocalServer } from './servers/local-server.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mlflow-roots-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('artifacts at a root that only the server reaches', () => {
  const asked: string[] = []
  /** As a server without the store's own library: it has the run, and fails at its artifacts. */
  const serving =
    (artifactUri: string): RequestListener =>
    (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://x')
      asked.push(pathname)
      if (pathname.endsWith('/runs/get'))
        response.end(
          JSON.stringify({ run: { info: { run_id: 'r', experiment_id: '1', artifact_uri: artifactUri } } }),
        )
      else response.writeHead(500).end('<!doctype html><title>500 Internal Server Error</title>')
    }

  test.each([
    'gs://bucket/x',
    'wasbs://c@a.blob.core.windows.net/x',
    'abfss://c@a.dfs.core.windows.net/x',
    'dbfs:/databricks/x',
    'hdfs://node:8020/x',
    'viewfs://cluster/x',
    'ftp://user:secret@host/x',
    'sftp://user:secret@host/x',
    'r2://bucket/x',
    'b2://bucket/x',
    'https://host/x?sig=secret',
    'relative/x',
  ])('%s: what cannot be done says so, with the way out', async (root) => {
    await using server = await startLocalServer(serving(root))
    const { artifacts } = new MlflowClient({ trackingUri: server.address, retries: 0 })
    await writeFile(join(directory, 'a.txt'), 'a')
    const calls = [
      () => artifacts.uploadBytes({ runId: 'r', path: 'a.txt', bytes: 'x' }),
      () => artifacts.upload({ runId: 'r', source: directory }),
      () => artifacts.read({ runId: 'r', path: 'a.txt' }),
      () => artifacts.download({ runId: 'r', destination: join(directory, 'down') }),
      async () => {
        for await (const file of artifacts.list({ runId: 'r' })) throw new TypeError(file.path)
      },
      () => artifacts.delete({ runId: 'r', path: 'a.txt' }),
    ]
    for (const call of calls) {
      asked.length = 0
      await expect(call()).rejects.toMatchObject({
        code: 'unsupported_by_server',
        message: expect.stringContaining('--serve-artifacts'),
      })
      await expect(call()).rejects.not.toMatchObject({ message: expect.stringContaining('secret') })
      expect(asked.filter((path) => path.includes('presigned'))).toEqual([])
    }
    await expect(calls[0]?.()).rejects.toMatchObject({
      message: expect.stringContaining(root.split(/[:/]/)[0] ?? ''),
      field: 'artifactUri',
    })
  })

  test('S3 is asked for signed addresses', async () => {
    await using server = await startLocalServer(serving('s3://bucket/x'))
    const { artifacts } = new MlflowClient({ trackingUri: server.address, retries: 0 })
    asked.length = 0
    await expect(artifacts.uploadBytes({ runId: 'r', path: 'a.txt', bytes: 'x' })).rejects.toMatchObject({
      code: 'server_error',
    })
    expect(asked.at(-1)).toContain('presigned-upload-url')
  })

  test('a root in a message is cut and has no secrets', () => {
    expect(shownRoot(`gs://${'x'.repeat(9000)}`).length).toBeLessThan(200)
    expect(shownRoot('ftp://user:p@ss@host/x?key=1')).toBe('"ftp://user:***@host/x"')
    expect(shownRoot('wasbs://c@a.blob.core.windows.net/x')).toBe('"wasbs://c@a.blob.core.windows.net/x"')
  })
})

describe('a source with what cannot be read', () => {
  const folder = (): string => join(directory, 'source')
  const odd = (): string => join(folder(), 'below', 'odd')
  beforeEach(async () => {
    await mkdir(join(folder(), 'below'), { recursive: true })
    await writeFile(join(folder(), 'a.txt'), 'a')
  })

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['a dangling link', () => symlink('/nowhere/at/all', odd()), /is a link to nothing/],
    ['a link to itself', () => symlink('odd', odd()), /leads back to itself/],
    ['a link through a file', () => symlink('../a.txt/x', odd()), /is a link through what is no folder/],
    ['a link to its own folder', () => symlink('..', odd()), /is no file/],
    ['a link to a device', () => symlink('/dev/null', odd()), /is no file/],
  ])('%s is named, from a folder and by itself', async (_, make, message) => {
    await make()
    for (const source of [folder(), odd()]) {
      // A link to a folder is a folder when it is the source.
      if (source === odd() && _ === 'a link to its own folder') continue
      await expect(sourceFiles(source, '')).rejects.toMatchObject({
        name: 'MlflowError',
        code: 'invalid_argument',
        endpoint: 'artifacts.upload',
        field: 'source',
        message: expect.stringMatching(message),
      })
      await expect(sourceFiles(source, '')).rejects.toMatchObject({ message: expect.stringContaining(odd()) })
    }
  })

  test('a file or folder without permission is named', async () => {
    await mkdir(odd())
    await writeFile(join(odd(), 'secret'), 'x')
    for (const closed of [odd(), join(folder(), 'a.txt')]) {
      await chmod(closed, 0)
      const error: unknown = await sourceFiles(folder(), '').catch((thrown: unknown) => thrown)
      await chmod(closed, 0o700)
      // Nothing is closed to root.
      if (process.getuid?.() === 0) expect(error).toHaveLength(2)
      else
        expect(error).toMatchObject({
          code: 'invalid_argument',
          message: expect.stringMatching(new RegExp(`${closed}.*permission denied`)),
        })
    }
  })

  test.each<[string, () => Promise<unknown>]>([
    ['a dangling link', () => symlink('/nowhere/at/all', odd())],
    ['a link to itself', () => symlink('odd', odd())],
  ])('%s in a model is named where the model is written', async (_, make) => {
    await make()
    const content = { flavors: { own: {} }, files: { all: { path: folder() } } }
    await expect(writeModelFolder(join(directory, 'model'), content)).rejects.toMatchObject({
      code: 'invalid_argument',
      field: 'files.all',
      message: expect.stringContaining(odd()),
    })
  })

  test('a spool refuses it before anything is kept', async () => {
    await symlink('/nowhere/at/all', odd())
    const spool = join(directory, 'spool')
    const mlflow = new MlflowClient({ trackingUri: 'http://127.0.0.1:1', spool, retries: 0 })
    await mlflow.withRun({ experimentName: 'any' }, async (run) => {
      await expect(run.logArtifacts(folder())).rejects.toMatchObject({ code: 'invalid_argument' })
      const files = { all: { path: folder() } }
      await expect(run.logModel({ model: { flavors: { own: {} }, files } })).rejects.toMatchObject({
        code: 'invalid_argument',
        message: expect.stringContaining(odd()),
      })
    })
  })
})
