import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, link, lstat, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  createCsvWriter,
  createOutputLedger,
  openOutput,
  outputPlace,
  requireOutput,
  requireOutputFolder,
  requireWholeFolder,
} from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

// As root a defect here would replace a device of the machine, so these run as another user only.
const isRoot = process.getuid?.() === 0
const deviceTest = isRoot ? test.skip : test
if (isRoot) process.stderr.write('SKIPPED: outputs to devices, which are not tried as root\n')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

const at = (name: string): string => folder.path(name)
const put = async (name: string, text = 'mine\n'): Promise<string> => {
  await writeFile(at(name), text)
  return at(name)
}
const refusal = (problem: RegExp): object =>
  expect.objectContaining({
    code: 'output_refused',
    problems: [
      expect.objectContaining({ problem: expect.stringMatching(problem), allowed: expect.any(String) }),
    ],
  })
async function written(path: string, text: string, options = {}): Promise<void> {
  const file = await openOutput(path, options)
  await file.write(text)
  await file.close()
}

describe('requireOutput refuses', () => {
  test.each([
    ['the input itself', async () => at('in.csv'), /is the input/],
    ['the input by a relative way', async () => `${at('sub')}/../in.csv`, /is the input/],
    [
      'a link to the input',
      async () => (await symlink('in.csv', at('soft.csv')), at('soft.csv')),
      /is the input/,
    ],
    [
      'a link to a link to the input',
      async () => (await symlink('soft.csv', at('softer.csv')), at('softer.csv')),
      /is the input/,
    ],
    [
      'a hard link of the input',
      async () => (await link(at('in.csv'), at('hard.csv')), at('hard.csv')),
      /is the input/,
    ],
    ['a folder', async () => at('sub'), /is a folder/],
    ['a name that ends as a folder does', async () => `${at('new')}/`, /names a folder/],
    [
      'a link that leads to itself',
      async () => (await symlink('round', at('round')), at('round')),
      /leads to itself/,
    ],
    ['a file within a bundle', async () => at('bundle/scores.csv'), /lies in the bundle/],
    ['a file of a bundle', async () => at('bundle/model/trees.json'), /lies in the bundle/],
  ] as const)('%s, also with overwrite', async (_, path, problem) => {
    await mkdir(at('sub'), { recursive: true })
    await mkdir(at('bundle/model'), { recursive: true })
    await put('bundle/manifest.json', '{"format_version":1,"files":{}}')
    await put('bundle/model/trees.json')
    await put('in.csv')
    const name = await path()
    for (const overwrite of [false, true])
      await expect(requireOutput(name, { inputs: [at('in.csv')], overwrite })).rejects.toEqual(
        refusal(problem),
      )
    expect(await readFile(at('in.csv'), 'utf8')).toBe('mine\n')
  })

  test('a file that holds something, unless told to overwrite', async () => {
    const path = await put('theirs.csv')
    await expect(requireOutput(path, {})).rejects.toEqual(refusal(/is there already: a file of 5 bytes/))
    await expect(requireOutput(path, {})).rejects.toMatchObject({
      problems: [{ field: path, allowed: expect.stringContaining('--overwrite') }],
    })
    await expect(requireOutput(path, { overwrite: true })).resolves.toMatchObject({ kind: 'file' })
  })

  test.each(['', 'a\0b'])('what is no path: %j', async (path) => {
    await expect(requireOutput(path, {})).rejects.toMatchObject({ code: 'invalid_parameter' })
  })

  test('a name in a folder that is not there, and a name under a file', async () => {
    await expect(requireOutput(at('none/a.csv'), {})).rejects.toMatchObject({ code: 'file_not_found' })
    await put('plain')
    await expect(requireOutput(`${at('plain')}/a.csv`, {})).rejects.toMatchObject({ code: 'file_not_found' })
  })

  test('a name that is too long, echoed in part', async () => {
    const error = await requireOutput(at('n'.repeat(3000)), {}).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unreadable_file' })
    expect((error as Error).message.length).toBeLessThan(400)
  })
})

describe('what the program keeps is refused, also with overwrite', () => {
  const problem = /^(is|lies in|holds) .*, which is this program's own state$/
  const keep = (): string[] => [at('own/kept.sqlite'), at('own/kept.sqlite-wal'), at('own/registry')]
  beforeAll(async () => {
    await mkdir(at('own/registry/deep'), { recursive: true })
    await put('own/kept.sqlite')
    await symlink('own', at('own-link'))
    await symlink('kept.sqlite-wal', at('own/dangling'))
    await symlink('own/registry', at('own-registry'))
    await link(at('own/kept.sqlite'), at('own-hard'))
  })

  test.each([
    'own/kept.sqlite',
    'own/kept.sqlite-wal',
    'own-link/kept.sqlite',
    'own-link/kept.sqlite-wal',
    'own/dangling',
    'own-hard',
    'own/registry',
    'own/registry/a.csv',
    'own/registry/deep/a.csv',
    'own-registry/a.csv',
    'own/registry/../kept.sqlite',
  ])('%s', async (name) => {
    for (const overwrite of [false, true])
      await expect(requireOutput(at(name), { keep: keep(), overwrite })).rejects.toEqual(refusal(problem))
    expect(await readFile(at('own/kept.sqlite'), 'utf8')).toBe('mine\n')
  })

  test('a folder in it, and one that is replaced whole around it; not what stands beside it', async () => {
    const rules = { keep: keep(), overwrite: true }
    for (const name of ['own/registry', 'own/registry/new/report', 'own-registry/new'])
      await expect(requireOutputFolder(at(name), ['a.json'], rules)).rejects.toEqual(refusal(problem))
    for (const name of ['own', 'own-link', 'own/registry', 'own/registry/new'])
      await expect(requireWholeFolder(at(name), rules)).rejects.toEqual(refusal(problem))
    await requireOutput(at('own/scores.csv'), rules)
    await requireOutput(at('own/registry.csv'), rules)
    await requireOutputFolder(at('own'), ['a.json'], rules)
    await requireWholeFolder(at('own/bundle'), rules)
  })
})

describe('requireOutput allows', () => {
  test('a free name, a file that holds nothing, and a link to nothing', async () => {
    await symlink('later.csv', at('to-be.csv'))
    await expect(requireOutput(at('free.csv'), {})).resolves.toMatchObject({ kind: 'free' })
    await expect(requireOutput(await put('empty.csv', ''), {})).resolves.toMatchObject({ kind: 'file' })
    await expect(requireOutput(at('to-be.csv'), {})).resolves.toMatchObject({
      kind: 'free',
      target: await outputPlace(at('later.csv')).then(({ target }) => target),
    })
  })

  test('what the ledger vouches for, byte for byte', async () => {
    const failures: unknown[] = []
    const ledger = createOutputLedger(at('ledger'), (error) => failures.push(error))
    const path = at('ours.csv')
    await written(path, 'a\n1\n', { ledger })
    await expect(requireOutput(path, { ledger })).resolves.toMatchObject({ kind: 'file' })
    await expect(requireOutput(path, {})).rejects.toEqual(refusal(/is there already/))
    await writeFile(path, 'a\n2\n') // As long as before.
    await expect(requireOutput(path, { ledger })).rejects.toEqual(refusal(/changed since/))
    await written(path, 'a\n3\n', { ledger })
    await expect(requireOutput(path, { ledger })).resolves.toMatchObject({ kind: 'file' })
    expect(failures).toEqual([])
  })

  test('a ledger that cannot be written tells so, and the output stands', async () => {
    const failures: unknown[] = []
    const ledger = createOutputLedger(`${await put('no-folder')}/ledger`, (error) => failures.push(error))
    await written(at('alone.csv'), 'a\n', { ledger })
    expect(await readFile(at('alone.csv'), 'utf8')).toBe('a\n')
    expect(failures).toHaveLength(1)
    await expect(requireOutput(at('alone.csv'), { ledger })).rejects.toEqual(refusal(/is there already/))
  })

  test('a pipe and a character device', async () => {
    execFileSync('mkfifo', [at('asked')])
    await expect(requireOutput(at('asked'), {})).resolves.toMatchObject({ kind: 'stream' })
    await expect(requireOutput('/dev/null', {})).resolves.toMatchObject({ kind: 'stream' })
    await expect(requireOutput('/dev/stdout', {})).resolves.toMatchObject({ kind: 'stream', descriptor: 1 })
    await symlink('/dev/stdout', at('standard.csv'))
    await expect(requireOutput(at('standard.csv'), {})).resolves.toMatchObject({ descriptor: 1 })
  })
})

describe('folders', () => {
  test('each file is asked for, and no bundle is written into', async () => {
    await mkdir(at('report'))
    await requireOutputFolder(at('report'), ['a.json', 'b.html'], {})
    await put('report/b.html')
    const ask = requireOutputFolder(at('report'), ['a.json', 'b.html'], {})
    await expect(ask).rejects.toEqual(refusal(/is there already/))
    await requireOutputFolder(at('report'), ['a.json', 'b.html'], { overwrite: true })
    await requireOutputFolder(at('new/deep/report'), ['a.json'], {})
    for (const path of ['other-bundle', 'other-bundle/new']) {
      await mkdir(at('other-bundle'), { recursive: true })
      await put('other-bundle/manifest.json', '{"format_version":2,"files":{}}')
      await expect(requireOutputFolder(at(path), ['a.json'], { overwrite: true })).rejects.toEqual(
        refusal(/bundle/),
      )
    }
    await expect(requireOutputFolder(await put('a-file'), ['a.json'], {})).rejects.toEqual(
      refusal(/is no folder/),
    )
  })

  test('one that is replaced whole holds no input and is no link to nothing', async () => {
    await mkdir(at('whole/sub'), { recursive: true })
    const input = await put('whole/sub/data.csv')
    await expect(requireWholeFolder(at('whole'), { inputs: [input] })).rejects.toEqual(
      refusal(/holds the input/),
    )
    await requireWholeFolder(at('whole'), { inputs: [await put('whole-data.csv')] })
    await symlink('nowhere', at('dangling'))
    await expect(requireWholeFolder(at('dangling'), {})).rejects.toEqual(refusal(/link to nothing/))
  })
})

describe('openOutput', () => {
  test('writes what a link points to and keeps the link and the permissions', async () => {
    await mkdir(at('elsewhere'))
    await put('elsewhere/real.csv')
    await chmod(at('elsewhere/real.csv'), 0o600)
    await symlink('elsewhere/real.csv', at('link.csv'))
    await requireOutput(at('link.csv'), {})
    const kept: string[] = []
    await written(at('link.csv'), 'new\n', { onKept: (name: string) => kept.push(name) })
    expect(kept).toEqual([`${(await outputPlace(at('elsewhere/real.csv'))).target}.kept-1`])
    expect(await readFile(kept[0] ?? '', 'utf8')).toBe('mine\n')
    expect(await readlink(at('link.csv'))).toBe('elsewhere/real.csv')
    expect(await readFile(at('elsewhere/real.csv'), 'utf8')).toBe('new\n')
    expect((await stat(at('elsewhere/real.csv'))).mode & 0o777).toBe(0o600)
    await symlink('elsewhere/unborn.csv', at('unborn.csv'))
    await written(at('unborn.csv'), 'born\n')
    expect(await readFile(at('elsewhere/unborn.csv'), 'utf8')).toBe('born\n')
    expect((await lstat(at('unborn.csv'))).isSymbolicLink()).toBe(true)
  })

  test.each(['pipe', 'pipe.gz'])('streams rows down a FIFO that stays: %s', async (name) => {
    execFileSync('mkfifo', [at(name)])
    const opening = createCsvWriter(at(name), ['a']) // Waits until somebody reads.
    const reader = spawn('cat', [at(name)])
    const parts: Buffer[] = []
    reader.stdout.on('data', (part: Buffer) => parts.push(part))
    const ended = once(reader, 'close')
    const writer = await opening
    // More than a pipe holds, so that the writer has to wait for the reader.
    for (let batch = 0; batch < 40; batch++)
      await writer.write(Array.from({ length: 10_000 }, (_, row) => [`row ${String(row)}`]))
    await writer.close()
    await ended
    const bytes = Buffer.concat(parts)
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    expect(text.split('\n')).toHaveLength(400_002)
    expect((await lstat(at(name))).isFIFO()).toBe(true)
  })

  test('a FIFO that nobody reads can be given up', async () => {
    execFileSync('mkfifo', [at('lonely')])
    const opening = openOutput(at('lonely'), { signal: AbortSignal.timeout(50) })
    await expect(opening).rejects.toMatchObject({ code: 'aborted' })
    expect((await lstat(at('lonely'))).isFIFO()).toBe(true)
  })

  test('a reader that goes away is an error that says so', async () => {
    execFileSync('mkfifo', [at('left')])
    const opening = openOutput(at('left'))
    const reader = spawn('head', ['-c', '1', at('left')])
    const ended = once(reader, 'close')
    const file = await opening
    await file.write('x')
    await ended
    const writing = file.write('y'.repeat(1 << 20))
    await expect(writing).rejects.toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining('EPIPE'),
    })
  })

  deviceTest('a full device is an error that says so', async () => {
    if (process.platform !== 'linux') return
    const file = await openOutput('/dev/full')
    await expect(file.write('x')).rejects.toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining('no space left'),
    })
    expect((await lstat('/dev/full')).isCharacterDevice()).toBe(true)
  })

  test('the last of two writers wins whole', async () => {
    const one = await openOutput(at('both.csv'))
    const two = await openOutput(at('both.csv'))
    await two.write('two\n')
    await one.write('one\n')
    await two.close()
    await one.write('one again\n')
    await one.close()
    expect(await readFile(at('both.csv'), 'utf8')).toBe('one\none again\n')
  })
})

test('an interrupted output never gets its name', async () => {
  const controller = new AbortController()
  const file = await openOutput(at('interrupted.csv'), { signal: controller.signal })
  await file.write('a\n')
  controller.abort()
  await expect(file.close()).rejects.toMatchObject({ code: 'aborted' })
  await expect(stat(at('interrupted.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a ledger in a place that takes no folder says so', async () => {
  const failures: unknown[] = []
  const place = process.platform === 'linux' ? '/proc/claims/outputs' : `${await put('no-folder')}/outputs`
  const ledger = createOutputLedger(place, (error) => failures.push(error))
  await ledger.record(at('x.csv'), { sha256: '', bytes: 0 })
  expect(failures).toHaveLength(1)
})

test('a file below a bundle lies in it, and is none', async () => {
  await mkdir(at('outer'))
  await put('outer/manifest.json', '{"format_version": 1, "files": {}}')
  await expect(requireOutputFolder(at('outer/inner'), ['a'], {})).rejects.toEqual(
    refusal(/^lies in the bundle/),
  )
  await expect(requireOutputFolder(at('outer'), ['a'], {})).rejects.toEqual(refusal(/^is a bundle/))
})
