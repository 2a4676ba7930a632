import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MlflowClient } from '../src/index.ts'
import { startLocalServer } from './servers/local-server.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mlflow-hostile-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

interface Listed {
  readonly path: string
  readonly is_dir?: boolean
  readonly file_size?: number
}

/** A server whose run has its artifacts behind the proxy. */
const serving =
  (list: (folder: string) => readonly Listed[], file: RequestListener): RequestListener =>
  (request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const folder = url.searchParams.get('path') ?? ''
    if (url.pathname.endsWith('/runs/get'))
      response.end(
        JSON.stringify({
          run: { info: { run_id: 'r', experiment_id: '1', artifact_uri: 'mlflow-artifacts:/root' } },
        }),
      )
    else if (url.pathname.endsWith('/mlflow-artifacts/artifacts'))
      response.end(JSON.stringify({ files: list(folder.replace(/^root\/?/, '')) }))
    else file(request, response)
  }
const bytes: RequestListener = (_request, response) => response.end('x')

test.each(['../up', '/etc/passwd', 'a/../../up', '..', 'a\\..\\up', 'nul\0', 'C:/x', '', '.'])(
  'a server that lists %j writes nothing',
  async (path) => {
    await using server = await startLocalServer(serving(() => [{ path, file_size: 1 }], bytes))
    const { artifacts } = new MlflowClient({ trackingUri: server.address })
    const destination = join(directory, 'down')
    await expect(artifacts.download({ runId: 'r', destination })).rejects.toMatchObject({
      code: 'unsafe_path',
      field: 'path',
    })
    expect((await readdir(directory, { recursive: true })).filter((name) => name !== 'down')).toEqual([])
  },
)

test.each([
  ['a\tb', 'invalid_argument'],
  ['a\r\nb', 'invalid_argument'],
  ['a\u007f', 'invalid_argument'],
  ['a?', 'invalid_argument'],
  ['a#b', 'invalid_argument'],
  ['a%41', 'invalid_argument'],
  ['a\ud800', 'unsafe_path'],
])('%j, which a server would keep as another file or not at all, is not sent', async (path, code) => {
  await using server = await startLocalServer(serving(() => [], bytes))
  const { artifacts } = new MlflowClient({ trackingUri: server.address })
  const upload = artifacts.uploadBytes({ runId: 'r', path, bytes: 'x' })
  await expect(upload).rejects.toMatchObject({ code, field: 'path' })
  expect(server.requests.filter((request) => request.startsWith('PUT'))).toEqual([])
})

test.each<[string, (folder: string) => readonly Listed[]]>([
  ['a name twice', () => [{ path: 'a' }, { path: 'a', is_dir: true }]],
  ['folders without an end', () => [{ path: 'a', is_dir: true }]],
])('a server that lists %s is left', async (_, list) => {
  await using server = await startLocalServer(serving(list, bytes))
  const { artifacts } = new MlflowClient({ trackingUri: server.address })
  await expect(artifacts.download({ runId: 'r', destination: directory })).rejects.toMatchObject({
    code: 'unsafe_path',
  })
  expect(server.requests.length).toBeLessThan(200)
})

test('a file that is longer than listed is not kept', async () => {
  await using server = await startLocalServer(serving(() => [{ path: 'a', file_size: 3 }], bytes))
  const { artifacts } = new MlflowClient({ trackingUri: server.address })
  await expect(artifacts.download({ runId: 'r', destination: directory })).rejects.toMatchObject({
    code: 'corrupted',
  })
  expect(await readdir(directory)).toEqual([])
})

test('a download goes on where it broke when the server sends ranges, else from the beginning', async () => {
  const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251))
  for (const ranges of [true, false]) {
    const asked: (string | undefined)[] = []
    let left = 3
    const file: RequestListener = (request, response) => {
      asked.push(request.headers.range)
      const from = ranges ? Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0) : 0
      const rest = content.subarray(from)
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': String(rest.length) })
      left -= 1
      if (left >= 0)
        response.write(rest.subarray(0, 30_000), () => setTimeout(() => request.socket.destroy(), 30))
      else response.end(rest)
    }
    await using server = await startLocalServer(
      serving(() => [{ path: 'a', file_size: content.length }], file),
    )
    const { artifacts } = new MlflowClient({ trackingUri: server.address })
    const read = await artifacts.read({ runId: 'r', path: 'a' })
    expect(Buffer.from(read).equals(content)).toBe(true)
    expect(asked).toHaveLength(4)
    expect(asked.slice(1).every((range) => range?.startsWith('bytes=') === true)).toBe(true)
    if (ranges) expect(asked[3]).toBe('bytes=90000-')
  }
})

test('one file that fails stops the others, and is the failure that is told', async () => {
  const many = Array.from({ length: 200 }, (_, i) => ({ path: `f${i}`, file_size: 1 }))
  const file: RequestListener = (request, response) => {
    if (request.url?.endsWith('/f5') === true)
      response.writeHead(403).end('{"error_code":"PERMISSION_DENIED","message":"not this one"}')
    else response.end('x')
  }
  await using server = await startLocalServer(serving(() => many, file))
  const { artifacts } = new MlflowClient({ trackingUri: server.address })
  await expect(artifacts.download({ runId: 'r', destination: directory })).rejects.toMatchObject({
    code: 'forbidden',
    message: 'artifacts.download: not this one',
  })
  expect(server.requests.length).toBeLessThan(50)
  expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('an upload whose size in the store differs is told', async () => {
  await using server = await startLocalServer(
    serving(
      () => [{ path: 'a.txt', file_size: 2 }],
      (request, response) => {
        request.resume().on('end', () => response.end('{}'))
      },
    ),
  )
  const { artifacts } = new MlflowClient({ trackingUri: server.address })
  const source = join(directory, 'a.txt')
  await writeFile(source, 'three')
  await expect(artifacts.upload({ runId: 'r', source })).rejects.toMatchObject({ code: 'corrupted' })
  expect(await artifacts.upload({ runId: 'r', source, verify: 'none' })).toEqual([
    { path: 'a.txt', bytes: 5 },
  ])
})
