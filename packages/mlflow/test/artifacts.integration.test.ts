import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { MlflowClient, type TransferProgress } from '../src/index.ts'
import { describeInstalled, describeServers } from './servers/describe-servers.ts'
import { startFaultProxy } from './servers/fault-proxy.ts'
import { gather } from './servers/gather.ts'
import { startMlflow, type RunningMlflow } from './servers/start-mlflow.ts'
import { startObjectStore, type ObjectStore } from './servers/start-object-store.ts'
import { uniqueName } from './servers/unique-name.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mlflow-artifacts-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A folder with files of all kinds. @returns its path and the files' bytes by path */
async function makeTree(odd: string): Promise<{ source: string; files: Map<string, Buffer> }> {
  const source = join(directory, 'source')
  const files = new Map<string, Buffer>([
    ['empty', Buffer.alloc(0)],
    ['a b.txt', Buffer.from('a')],
    [`deep/er/${odd}.bin`, randomBytes(3_000_000)],
    ['deep/100% +&=?.txt', Buffer.from('signs')],
    ['.hidden', Buffer.from('h')],
  ])
  for (const [path, bytes] of files) {
    await mkdir(join(source, path, '..'), { recursive: true })
    await writeFile(join(source, path), bytes)
  }
  return { source, files }
}

async function readTree(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name)
      files.set(relative(folder, file), await readFile(file))
    }
  return files
}
/** Hashes by path, in order. */
const hashes = (files: Map<string, Buffer>): [string, string][] =>
  [...files]
    .map(([path, bytes]): [string, string] => [path, sha256(bytes)])
    .sort(([a], [b]) => (a < b ? -1 : 1))

async function newRun(mlflow: MlflowClient): Promise<string> {
  const { experimentId } = await mlflow.experiments.getOrCreate(uniqueName('artifacts'))
  return (await mlflow.runs.create({ experimentId })).info.runId
}

/** A folder goes up and comes down as it was, whatever is between. */
async function expectRoundTrip(mlflow: MlflowClient, runId: string, odd = 'ü😀'): Promise<void> {
  const { source, files } = await makeTree(odd)
  const uploaded = await mlflow.artifacts.upload({ runId, source, path: 'tree', verify: 'hash' })
  expect(uploaded.map(({ path, bytes, sha256: hash }) => [path, bytes, hash])).toEqual(
    hashes(files).map(([path, hash]) => [`tree/${path}`, files.get(path)?.length, hash]),
  )
  const listed = await gather(mlflow.artifacts.list({ runId, recursive: true }))
  expect(new Map(listed.map(({ path, fileSize }) => [path, fileSize ?? 0]))).toEqual(
    new Map([...files].map(([path, bytes]) => [`tree/${path}`, bytes.length])),
  )
  const destination = join(directory, 'down')
  const downloaded = await mlflow.artifacts.download({ runId, path: 'tree', destination })
  expect(downloaded.sort()).toEqual([...files.keys()].map((path) => join(destination, path)).sort())
  expect(hashes(await readTree(destination))).toEqual(hashes(files))
  const one = join(directory, 'one')
  const bytes = files.get(`deep/er/${odd}.bin`) ?? Buffer.alloc(0)
  const path = `tree/deep/er/${odd}.bin`
  expect(await mlflow.artifacts.download({ runId, path, destination: one, sha256: sha256(bytes) })).toEqual([
    join(one, `${odd}.bin`),
  ])
  expect(Buffer.from(await mlflow.artifacts.read({ runId, path })).equals(bytes)).toBe(true)
}

describeServers('artifacts behind the proxy', (server, version) => {
  // MLflow 2 cuts the connection when it is asked for a name that no HTTP header can hold.
  const odd = version.startsWith('2') ? 'o-d_d' : 'ü😀'
  test('a folder goes up and comes down as it was', async () => {
    const mlflow = server().client()
    await expectRoundTrip(mlflow, await newRun(mlflow), odd)
  })

  test('a file goes into a folder under its name, and is replaced', async () => {
    const mlflow = server().client()
    const runId = await newRun(mlflow)
    const source = join(directory, 'a.txt')
    for (const text of ['first', 'the second']) {
      await writeFile(source, text)
      expect(await mlflow.artifacts.upload({ runId, source, path: 'in/it' })).toEqual([
        { path: 'in/it/a.txt', bytes: text.length },
      ])
      expect(Buffer.from(await mlflow.artifacts.read({ runId, path: 'in/it/a.txt' })).toString()).toBe(text)
    }
  })

  test('progress is told up to the end', async () => {
    const mlflow = server().client()
    const runId = await newRun(mlflow)
    const source = join(directory, 'big')
    await writeFile(source, randomBytes(5_000_000))
    const told: TransferProgress[] = []
    const onProgress = (progress: TransferProgress): void => {
      told.push(progress)
    }
    await mlflow.artifacts.upload({ runId, source, onProgress })
    expectProgress(told.splice(0), 'big')
    await mlflow.artifacts.download({ runId, path: 'big', destination: join(directory, 'down'), onProgress })
    expectProgress(told, 'big')
  })

  test('what is there with the same size is not sent or fetched again when asked so', async () => {
    const { source, files } = await makeTree(odd)
    const proxy = await startFaultProxy(server().trackingUri)
    try {
      const mlflow = server().client({ trackingUri: proxy.trackingUri })
      const runId = await newRun(mlflow)
      const destination = join(directory, 'down')
      await mlflow.artifacts.upload({ runId, source: join(source, 'deep'), path: 'deep' })
      await mlflow.artifacts.download({ runId, path: 'deep', destination: join(destination, 'deep') })
      const before = proxy.requests.length
      await mlflow.artifacts.upload({ runId, source, resume: true })
      expect(proxy.requests.slice(before).filter((each) => each.startsWith('PUT'))).toHaveLength(3)
      const fetched = proxy.requests.length
      await mlflow.artifacts.download({ runId, destination, resume: true })
      const gets = proxy.requests.slice(fetched).filter((each) => /^GET .*\/artifacts\/(?!list)./.test(each))
      expect(gets).toHaveLength(3)
      expect(hashes(await readTree(destination))).toEqual(hashes(files))
    } finally {
      await proxy.stop()
    }
  })

  test('a connection that breaks costs nothing but time', async () => {
    const { source, files } = await makeTree(odd)
    const proxy = await startFaultProxy(server().trackingUri)
    try {
      const mlflow = server().client({ trackingUri: proxy.trackingUri })
      const runId = await newRun(mlflow)
      for (const kind of ['cut_before', 'cut_after'] as const)
        proxy.fail({ method: 'PUT', path: '/artifacts/', fault: { kind }, times: 2 })
      await mlflow.artifacts.upload({ runId, source })
      proxy.fail({ method: 'GET', path: '.bin', fault: { kind: 'cut_body', bytes: 1_000_000 }, times: 2 })
      proxy.fail({ method: 'GET', path: '.bin', fault: { kind: 'answer', status: 503 } })
      const destination = join(directory, 'down')
      await mlflow.artifacts.download({ runId, destination })
      expect(hashes(await readTree(destination))).toEqual(hashes(files))
    } finally {
      await proxy.stop()
    }
  })

  test('bytes that changed on the way are found by their hash, and leave nothing', async () => {
    const proxy = await startFaultProxy(server().trackingUri)
    try {
      const mlflow = server().client({ trackingUri: proxy.trackingUri })
      const runId = await newRun(mlflow)
      const bytes = randomBytes(1000)
      const source = join(directory, 'a.bin')
      await writeFile(source, bytes)
      proxy.fail({ method: 'GET', path: '/a.bin', fault: { kind: 'corrupt', bytes: 1 }, times: 2 })
      await expect(mlflow.artifacts.upload({ runId, source, verify: 'hash' })).rejects.toMatchObject({
        code: 'corrupted',
      })
      const destination = join(directory, 'down')
      const download = mlflow.artifacts.download({ runId, path: 'a.bin', destination, sha256: sha256(bytes) })
      await expect(download).rejects.toMatchObject({ code: 'corrupted', field: 'path' })
      expect(await readdir(destination)).toEqual([])
    } finally {
      await proxy.stop()
    }
  })

  test('a download that is aborted leaves no part of a file', async () => {
    const mlflow = server().client()
    const runId = await newRun(mlflow)
    const source = join(directory, 'big')
    await writeFile(source, randomBytes(8_000_000))
    await mlflow.artifacts.upload({ runId, source })
    const controller = new AbortController()
    const destination = join(directory, 'down')
    const download = mlflow.artifacts.download({
      runId,
      path: 'big',
      destination,
      signal: controller.signal,
      onProgress: () => {
        controller.abort()
      },
    })
    await expect(download).rejects.toMatchObject({ code: 'aborted' })
    expect(await readdir(destination)).toEqual([])
  })

  test('deletes a file, and a folder with all below', async () => {
    const mlflow = server().client()
    const runId = await newRun(mlflow)
    const { source } = await makeTree(odd)
    await mlflow.artifacts.upload({ runId, source })
    await mlflow.artifacts.delete({ runId, path: 'a b.txt' })
    await mlflow.artifacts.delete({ runId, path: 'deep' })
    const left = await gather(mlflow.artifacts.list({ runId, recursive: true }))
    expect(left.map(({ path }) => path).sort()).toEqual(['.hidden', 'empty'])
  })

  test('what is missing, unsafe or too long is told', async () => {
    const mlflow = server().client()
    const runId = await newRun(mlflow)
    const destination = join(directory, 'down')
    await mlflow.artifacts.uploadBytes({ runId, path: 'a/b', bytes: 'x'.repeat(100) })
    await expect(mlflow.artifacts.read({ runId, path: 'a/c' })).rejects.toMatchObject({
      code: 'not_found',
      field: 'path',
    })
    await expect(mlflow.artifacts.download({ runId, path: 'c', destination })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(mlflow.artifacts.read({ runId, path: 'a/b', maxBytes: 99 })).rejects.toMatchObject({
      code: 'response_too_large',
      field: 'maxBytes',
    })
    await expect(mlflow.artifacts.upload({ runId, source: join(directory, 'no') })).rejects.toMatchObject({
      code: 'not_found',
      field: 'source',
    })
    await expect(
      mlflow.artifacts.download({ runId, path: 'a', destination, sha256: 'x' }),
    ).rejects.toMatchObject({ code: 'invalid_argument', field: 'sha256' })
    for (const path of ['..', '../x', '/etc/passwd', 'a/../../x', 'a\\b', 'a\0b', 'C:/x']) {
      const unsafe = { code: 'unsafe_path', field: 'path' }
      await expect(mlflow.artifacts.read({ runId, path })).rejects.toMatchObject(unsafe)
      await expect(mlflow.artifacts.uploadBytes({ runId, path, bytes: 'x' })).rejects.toMatchObject(unsafe)
      await expect(mlflow.artifacts.delete({ runId, path })).rejects.toMatchObject(unsafe)
      await expect(gather(mlflow.artifacts.list({ runId, path }))).rejects.toMatchObject(unsafe)
    }
    await expect(mlflow.artifacts.delete({ runId, path: '' })).rejects.toMatchObject({ code: 'unsafe_path' })
    for (const path of ['100%25.txt', 'a#b'])
      await expect(mlflow.artifacts.uploadBytes({ runId, path, bytes: 'x' })).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'path',
      })
    await symlink(directory, join(directory, 'loop'))
    await expect(mlflow.artifacts.upload({ runId, source: directory })).rejects.toMatchObject({
      code: 'invalid_argument',
      field: 'source',
    })
  })
})

describeInstalled('artifacts in a directory that is shared with the server', '3.17.0', () => {
  let server: RunningMlflow
  beforeAll(async () => {
    server = await startMlflow({ version: '3.17.0', withoutProxy: true })
  }, 170_000)
  afterAll(() => server.stop())

  test('a folder goes up and comes down as it was', async () => {
    const mlflow = new MlflowClient({ trackingUri: server.trackingUri })
    const runId = await newRun(mlflow)
    await expectRoundTrip(mlflow, runId)
    const { artifactUri } = (await mlflow.runs.get({ runId })).info
    expect(artifactUri).toContain(server.artifactDirectory)
    await mlflow.artifacts.delete({ runId, path: 'tree/deep' })
    expect(
      (await gather(mlflow.artifacts.list({ runId, path: 'tree' }))).map(({ path }) => path),
    ).not.toContain('tree/deep')
    await expect(mlflow.artifacts.delete({ runId, path: 'none' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describeInstalled('artifacts in an object store', '3.17.0', () => {
  let store: ObjectStore
  beforeAll(async () => {
    store = await startObjectStore()
  }, 120_000)
  afterAll(() => store.stop())
  const withServer = async (
    withoutProxy: boolean,
    body: (server: RunningMlflow) => Promise<void>,
  ): Promise<void> => {
    const { uri, environment } = store
    const server = await startMlflow({ version: '3.17.0', artifacts: uri, environment, withoutProxy })
    try {
      await body(server)
    } finally {
      await server.stop()
    }
  }

  test(
    'large files go in parts past the proxy',
    () =>
      withServer(false, async ({ trackingUri }) => {
        const called: string[] = []
        const mlflow = new MlflowClient({
          trackingUri,
          multipart: { fromBytes: 6 * 2 ** 20, partBytes: 5 * 2 ** 20 },
          log: (event) => {
            if (event.kind === 'response' && event.status < 300) called.push(event.endpoint)
          },
        })
        const runId = await newRun(mlflow)
        const bytes = randomBytes(13 * 2 ** 20)
        const source = join(directory, 'big.bin')
        await writeFile(source, bytes)
        const told: TransferProgress[] = []
        await mlflow.artifacts.upload({
          runId,
          source,
          path: 'in',
          verify: 'hash',
          onProgress: (progress) => told.push(progress),
        })
        expect(called.filter((each) => /Multipart|Part$/.test(each))).toEqual([
          'proxy.createMultipart',
          ...Array.from({ length: 3 }, () => 'artifacts.uploadPart'),
          'proxy.completeMultipart',
        ])
        expectProgress(told, 'in/big.bin')
        expect(sha256(await mlflow.artifacts.read({ runId, path: 'in/big.bin' }))).toBe(sha256(bytes))
      }),
    170_000,
  )

  test(
    'a store that only the server knows is reached by addresses that it signs',
    () =>
      withServer(true, async ({ trackingUri }) => {
        const mlflow = new MlflowClient({ trackingUri })
        const runId = await newRun(mlflow)
        expect((await mlflow.runs.get({ runId })).info.artifactUri).toMatch(/^s3:/)
        await expectRoundTrip(mlflow, runId)
        await expect(mlflow.artifacts.delete({ runId, path: 'tree' })).rejects.toMatchObject({
          code: 'unsupported_by_server',
        })
        await expect(mlflow.artifacts.read({ runId, path: 'none' })).rejects.toMatchObject({
          code: 'not_found',
        })
      }),
    170_000,
  )
})

/** Requires that progress grows up to the end. */
function expectProgress(told: readonly TransferProgress[], path: string): void {
  expect(new Set(told.map((each) => each.path))).toEqual(new Set([path]))
  const done = told.map(({ bytesDone }) => bytesDone)
  expect(done).toEqual([...done].sort((a, b) => a - b))
  const last = told.at(-1)
  expect(last?.bytesDone).toBe(last?.bytesTotal)
  expect(told.length).toBeGreaterThan(1)
}
