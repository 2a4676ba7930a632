import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { installLibrary } from '@claims/xgboost'
import { fetchWheel } from '../src/install/package-index.ts'
import { findPipIndex } from '../src/install/pip-index.ts'
import { pinnedWheel, type PinnedWheel } from '../src/install/pinned-wheel.ts'
import { readZip } from '../src/install/zip-archive.ts'

let directory: string
let server: Server | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'xgboost-install-'))
})
afterEach(async () => {
  rmSync(directory, { recursive: true, force: true })
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

const listen = async (listener: RequestListener): Promise<string> => {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}/simple`
}

/** A zip archive with one stored and one deflated file. */
const zipOf = (files: Readonly<Record<string, Buffer>>): Buffer => {
  const [parts, entries]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const [index, [name, bytes]] of Object.entries(files).entries()) {
    const method = index === 0 ? 0 : 8
    const packed = method === 0 ? bytes : deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02')
    common.copy(entry, 6)
    entry.writeUInt32LE(at, 42)
    entries.push(Buffer.concat([entry, Buffer.from(name)]))
    parts.push(local)
    at += local.length
  }
  const central = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, central, end])
}

const archive = zipOf({
  'xgboost/lib/libxgboost.so': Buffer.from('library'),
  'xgboost_cpu.libs/libgomp.so.1': Buffer.from('threads '.repeat(100)),
})
const wheel: PinnedWheel = {
  project: 'xgboost-cpu',
  version: '9.9.9',
  fileName: 'xgboost_cpu-9.9.9-py3-none-any.whl',
  sha256: createHash('sha256').update(archive).digest('hex'),
  library: 'xgboost/lib/libxgboost.so',
}
const failure = (message: RegExp) =>
  expect.objectContaining({ code: 'install_failed', message: expect.stringMatching(message) })
const indexOf = async (url: string) => findPipIndex({}, url)

describe('the package index', () => {
  test('is the one given, then of the environment, then of the configuration file', async () => {
    const file = join(directory, 'pip.conf')
    writeFileSync(
      file,
      '[global]\nindex_url = http://file.test/simple\ncert = /certificates\n[list]\nformat = json\n',
    )
    const environment = { PIP_CONFIG_FILE: file, HOME: directory }
    expect(await findPipIndex(environment)).toMatchObject({ from: file, certificates: '/certificates' })
    expect((await findPipIndex(environment)).url.href).toBe('http://file.test/simple/')
    const both = { ...environment, PIP_INDEX_URL: 'http://variable.test/simple' }
    expect((await findPipIndex(both)).url.hostname).toBe('variable.test')
    expect((await findPipIndex(both, 'http://given.test/simple/')).url.href).toBe('http://given.test/simple/')
  })

  test('that is no address or is unknown is an error that says what to do', async () => {
    await expect(findPipIndex({}, 'somewhere')).rejects.toEqual(failure(/http or https/))
    const nothing = { PIP_CONFIG_FILE: '/dev/null', HOME: directory, PATH: directory }
    await expect(findPipIndex(nothing)).rejects.toEqual(failure(/--index URL/))
  })

  test('gives the wheel: through a redirect, by a relative link, credentials for its origin only', async () => {
    const seen: string[] = []
    const url = await listen((request, response) => {
      seen.push(`${request.url ?? ''} ${request.headers.authorization ?? 'nobody'}`)
      if (request.url === '/simple/xgboost-cpu/')
        response.writeHead(301, { location: '/moved/xgboost-cpu/' }).end()
      else if (request.url === '/moved/xgboost-cpu/')
        response.end(
          `<a href="../../files/old.whl">old.whl</a>\n<a data-x="1" href='../../files/new.whl?a=1&amp;b=2#sha256=0'>${wheel.fileName}</a>`,
        )
      else if (request.url === '/files/new.whl?a=1&b=2') response.end(archive)
      else response.writeHead(404).end()
    })
    const index = await indexOf(url.replace('http://', 'http://user:secret@'))
    expect(await fetchWheel(index, wheel)).toEqual(archive)
    const credentials = `Basic ${Buffer.from('user:secret').toString('base64')}`
    expect(seen).toEqual([
      `/simple/xgboost-cpu/ ${credentials}`,
      `/moved/xgboost-cpu/ ${credentials}`,
      `/files/new.whl?a=1&b=2 ${credentials}`,
    ])
    const elsewhere = { ...index, url: new URL('http://user:secret@other.test/simple/') }
    const followed = fetchWheel({ ...elsewhere, url: new URL(url + '/') }, wheel)
    expect(await followed).toEqual(archive)
    expect(seen.at(-1)).toMatch(/ nobody$/)
  })

  test('without the file, with another one, or silent is an error', async () => {
    const url = await listen((request, response) => {
      if (request.url === '/simple/xgboost-cpu/')
        response.end(
          `<a href="file">${wheel.fileName}</a><a href="file">${pinnedWheel('linux-x64')?.fileName}</a>`,
        )
      else response.end('another file')
    })
    const index = await indexOf(url)
    await expect(fetchWheel(index, wheel)).rejects.toEqual(failure(/is not the pinned .*SHA-256/))
    await expect(fetchWheel(index, { ...wheel, fileName: 'none.whl' })).rejects.toEqual(
      failure(/lists no none\.whl/),
    )
    await expect(fetchWheel(index, { ...wheel, project: 'x/y' })).rejects.toEqual(failure(/lists no/))
    const silent = await indexOf('http://127.0.0.1:1/simple')
    await expect(fetchWheel(silent, wheel)).rejects.toEqual(failure(/cannot be reached .*--wheel FILE/))
    if (pinnedWheel() === undefined) return
    await expect(installLibrary({ directory, index: url })).rejects.toEqual(failure(/is not the pinned/))
    await expect(installLibrary({ directory, wheel: join(directory, 'none') })).rejects.toEqual(
      failure(/cannot be read/),
    )
  })

  test('answering an error code is an error without the credentials', async () => {
    const url = await listen((_request, response) => response.writeHead(403).end())
    const index = await indexOf(url.replace('http://', 'http://user:secret@'))
    const error = await fetchWheel(index, wheel).catch((thrown: unknown) => String(thrown))
    expect(error).toMatch(/answered 403/)
    expect(error).not.toMatch(/secret/)
  })
})

test('stored and deflated files are read from a zip archive; damage is an error', () => {
  const files = readZip(archive).map((entry) => [entry.name, entry.read().toString()])
  expect(files).toEqual([
    ['xgboost/lib/libxgboost.so', 'library'],
    ['xgboost_cpu.libs/libgomp.so.1', 'threads '.repeat(100)],
  ])
  expect(() => readZip(Buffer.from('text'))).toThrow(failure(/central directory/))
  expect(() => readZip(archive.subarray(5))).toThrow(failure(/./))
  const unknown = Buffer.from(archive)
  unknown.writeUInt16LE(99, archive.indexOf('PK\x01\x02') + 10)
  expect(() => readZip(unknown)[0]?.read()).toThrow(failure(/unknown method 99/))
})
