import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { BundleFiles } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { DirectoryArtifactStore } from '@claims/registry'
import { temporarySibling } from '../src/bundle/temporary-sibling.ts'
import { ownIdentity } from '../src/bundle/process-identity.ts'

const hour = 3_600_000
const minimumAge = hour
const [one, two] = [1, 2].map((seed) => exampleBundle({ seed })) as [BundleFiles, BundleFiles]

describe('a removal in a directory', () => {
  let root: string
  let store: DirectoryArtifactStore
  const at = (...names: string[]): string => join(root, '_artifacts', ...names)
  const placeOf = ({ manifestSha256 }: BundleFiles): string => at(manifestSha256)
  beforeEach(async () => {
    // The superuser's own directory for temporary files may be closed to somebody else.
    root = await mkdtemp(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'claims-removal-'))
    await chmod(root, 0o755)
    store = new DirectoryArtifactStore(root)
  })
  afterEach(async () => {
    jest.restoreAllMocks()
    await rm(root, { recursive: true, force: true })
  })

  async function makeOld(path: string): Promise<void> {
    const time = new Date(Date.now() - 3 * hour)
    await utimes(path, time, time)
  }

  async function putLongAgo(bundle: BundleFiles): Promise<void> {
    await store.put(bundle)
    await makeOld(placeOf(bundle))
  }

  async function expectWhole(bundle: BundleFiles): Promise<void> {
    const kept = await store.open(bundle.manifestSha256)
    for (const name of Object.keys(bundle.manifest.files))
      expect(Buffer.from(await kept.read(name))).toEqual(Buffer.from(await bundle.read(name)))
  }

  test('follows and deletes no link', async () => {
    await putLongAgo(one)
    await putLongAgo(two)
    await mkdir(join(root, 'elsewhere'))
    await rename(placeOf(one), join(root, 'elsewhere', 'bundle'))
    await symlink(join(root, 'elsewhere', 'bundle'), placeOf(one))
    await symlink(join(root, 'elsewhere'), join(placeOf(two), 'model', 'link'))
    await makeOld(placeOf(two))
    const hashes = [one, two].map(({ manifestSha256 }) => manifestSha256)
    expect(await store.remove(hashes, { minimumAge })).toMatchObject({
      removed: [],
      left: [
        { place: placeOf(one), problem: 'is a link' },
        { place: placeOf(two), problem: "holds model/link, which is not the bundle's" },
      ],
    })
    await expectWhole(one)
    await expectWhole(two)
  })

  test('leaves and names what the store did not make', async () => {
    await putLongAgo(one)
    await writeFile(at('notes.txt'), 'mine')
    await mkdir(at('folder'))
    await mkdir(at(`.${'a'.repeat(64)}.mine.new`))
    await writeFile(at('f'.repeat(64)), 'a file')
    await writeFile(join(placeOf(one), 'notes.txt'), 'mine')
    await makeOld(placeOf(one))
    const { removed, left } = await store.remove([one.manifestSha256], { minimumAge })
    expect(removed).toEqual([])
    expect(left.map(({ place }) => place).sort()).toEqual(
      [
        placeOf(one),
        at('notes.txt'),
        at('folder'),
        at(`.${'a'.repeat(64)}.mine.new`),
        at('f'.repeat(64)),
      ].sort(),
    )
    expect(await readFile(join(placeOf(one), 'notes.txt'), 'utf8')).toBe('mine')
    expect((await readdir(at())).length).toBe(6)
  })

  test('leaves a directory whose manifest is not the one of its name', async () => {
    await putLongAgo(one)
    await writeFile(join(placeOf(one), 'manifest.json'), '{"files":{}}')
    await makeOld(placeOf(one))
    expect((await store.remove([one.manifestSha256], { minimumAge })).left).toEqual([
      { place: placeOf(one), problem: 'holds no manifest of its name' },
    ])
  })

  test('takes what dead processes left, and leaves what others are writing', async () => {
    await store.put(one)
    const dead = { ...ownIdentity(), pid: 2 ** 22 + 1 }
    const elsewhere = { ...ownIdentity(), space: '00000000' }
    const left = ['new', 'removed'] as const
    for (const kind of left) {
      const path = temporarySibling(placeOf(two), kind, dead)
      await mkdir(join(path, 'model'), { recursive: true })
      await writeFile(join(path, 'model', 'weights.json'), '12345')
    }
    await mkdir(temporarySibling(placeOf(two), 'new'))
    await mkdir(temporarySibling(placeOf(two), 'new', elsewhere))
    expect(await store.remove([], { minimumAge, dryRun: true })).toMatchObject({ remains: 2, bytes: 10 })
    expect(await readdir(at())).toHaveLength(6)
    expect(await store.remove([], { minimumAge })).toMatchObject({ remains: 2, bytes: 10, left: [] })
    expect(await readdir(at())).toHaveLength(4)
  })

  test('puts back a bundle that a dead process was replacing', async () => {
    await store.put(one)
    await rename(placeOf(one), temporarySibling(placeOf(one), 'old', { ...ownIdentity(), pid: 2 ** 22 + 1 }))
    await store.remove([], { minimumAge })
    await expectWhole(one)
  })

  test.each([-1, 1])(
    'goes by the clock of the file system where that of the program is wrong: %i',
    async (sign) => {
      await putLongAgo(one)
      await store.put(two)
      const tenYears = sign * 10 * 365 * 24 * hour
      jest.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + tenYears)
      const hashes = [one, two].map(({ manifestSha256 }) => manifestSha256)
      expect(await store.remove(hashes, { minimumAge })).toMatchObject({
        ...{ removed: [one.manifestSha256], young: [two.manifestSha256] },
      })
    },
  )

  test('writes through no link that stands in place of its lock', async () => {
    await putLongAgo(one)
    await rm(at('.lock'), { force: true })
    await writeFile(join(root, 'precious'), 'precious')
    await symlink(join(root, 'precious'), at('.lock'))
    await expect(store.remove([one.manifestSha256], { minimumAge })).rejects.toMatchObject({
      code: 'unreadable_storage',
      problems: [{ field: at('.lock'), problem: 'is a link where a file is needed' }],
    })
    expect(await readFile(join(root, 'precious'), 'utf8')).toBe('precious')
    await expectWhole(one)
  })

  test('says where this user may not write, and still tells what a removal would do', async () => {
    await putLongAgo(one)
    await rm(at('.lock'), { force: true })
    await chmod(at(), 0o555)
    await asSomebodyElse(async () => {
      const hashes = [one.manifestSha256]
      expect((await store.remove(hashes, { minimumAge, dryRun: true })).removed).toEqual(hashes)
      await expect(store.remove(hashes, { minimumAge })).rejects.toMatchObject({ code: 'unreadable_storage' })
    })
    await chmod(at(), 0o777)
    await chmod(placeOf(one), 0)
    await asSomebodyElse(async () => {
      expect((await store.remove([one.manifestSha256], { minimumAge })).left).toMatchObject([
        { place: placeOf(one), problem: expect.stringContaining('EACCES') },
      ])
    })
    await chmod(placeOf(one), 0o755)
    await expectWhole(one)
  })

  test('that is killed leaves each bundle whole or gone, and the next one finishes', async () => {
    const runs = process.env['CLAIMS_FAULTS'] === 'long' ? 50 : 6
    await store.put(two)
    const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
    const program = join(import.meta.dirname, 'processes/stepped-store.ts')
    for (let run = 0; run < runs; run += 1) {
      await putLongAgo(one)
      const child = spawn(process.execPath, [...flags, program], { stdio: ['pipe', 'pipe', 'inherit'] })
      const stop = Math.floor(Math.random() * 30)
      child.stdin.write(`${JSON.stringify({ root, work: 'remove', stop })}\n`)
      // It is held, or done.
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
      await expectWhole(two)
      if ((await lstat(placeOf(one)).catch(() => null)) !== null) await expectWhole(one)
      await Promise.all([1, 2].map(() => store.remove([one.manifestSha256], { minimumAge })))
      await expectWhole(two)
      expect((await readdir(at())).sort()).toEqual(['.lock', two.manifestSha256])
    }
  }, 300_000)
})

/** Does work as a user who is not the superuser, whom no permission stops. */
async function asSomebodyElse(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) {
    await work()
    return
  }
  process.seteuid?.('nobody')
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
