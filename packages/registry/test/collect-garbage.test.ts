import { beforeEach, describe, expect, test } from '@jest/globals'
import { ClaimsError, emptyLedger, type BundleFiles, type Ledger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { exampleBundle } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import {
  collectGarbage,
  LedgerModelRegistry,
  type GarbageCollection,
  type GarbageOptions,
} from '@claims/registry'
import { MemoryArtifactStore, MemoryLedger } from './memory-ports.ts'

const hour = 3_600_000
const now = new Date('2026-06-15T12:00:00.000Z')
const long = new Date(now.getTime() - 48 * hour).toISOString()
const bundles = [1, 2, 3, 4].map((seed) => exampleBundle({ seed }))
const [one, two, three, four] = bundles as [BundleFiles, BundleFiles, BundleFiles, BundleFiles]

let ledger: MemoryLedger
let artifacts: MemoryArtifactStore
beforeEach(async () => {
  ledger = new MemoryLedger()
  artifacts = new MemoryArtifactStore()
  for (const bundle of bundles) await putLongAgo(bundle)
})

async function putLongAgo(bundle: BundleFiles): Promise<void> {
  await artifacts.put(bundle)
  artifacts.times.set(bundle.manifestSha256, Date.now() - 48 * hour)
}

async function append(name: string, ...entries: readonly object[]): Promise<void> {
  const after = (await ledger.read(name)).at(-1)
  const last = after === undefined ? emptyLedger : sha256(after)
  expect(await ledger.append(name, last, chainLines(entries, last))).toBe(true)
}

/** An entry about a version of a model. */
function entry(action: string, version: string, bundle: BundleFiles, time = long): object {
  return { time, action, version, manifest_sha256: bundle.manifestSha256 }
}

async function collect(options: Partial<GarbageOptions> = {}): Promise<GarbageCollection> {
  return await collectGarbage({ ledgers: [ledger], artifacts, clock: { now: () => now }, ...options })
}

const keptSeeds = (): number[] =>
  bundles.flatMap(({ manifest, manifestSha256 }) =>
    artifacts.bundles.has(manifestSha256) ? [manifest.seed] : [],
  )

describe('collectGarbage', () => {
  test('removes what is old and nowhere named', async () => {
    await append('fraud', entry('register', '1', one), entry('register', '2', two))
    await artifacts.put(three)
    const said = await collect({ dryRun: true })
    expect(keptSeeds()).toEqual([1, 2, 3, 4])
    expect(said).toMatchObject({
      ...{ dryRun: true, minimumAge: 24 * hour, named: 2, young: 1, ofDeletedVersions: 0 },
      kept: { bundles: 4 },
      removal: { removed: [four.manifestSha256] },
    })
    expect(said.kept.bytes).toBeGreaterThan(said.removal.bytes)
    expect(await collect()).toEqual({ ...said, dryRun: false })
    expect(keptSeeds()).toEqual([1, 2, 3])
  })

  test('keeps what any line names in any way', async () => {
    await append('fraud', {
      action: 'a kind of later',
      note: `see s3://models/bundles/${one.manifestSha256}/x`,
    })
    await append('motor', { deep: [{ [two.manifestSha256.toUpperCase()]: true }] })
    await append('_predictions-2026-06', { model: { manifest_sha256: three.manifestSha256 } })
    await ledger.append('_notes', emptyLedger, [`no JSON, no chain: f00${four.manifestSha256}f00`])
    expect((await collect()).removal.removed).toEqual([])
  })

  test('removes the bundle of a version that was deleted, once that is long ago', async () => {
    await append(
      'fraud',
      entry('register', '1', one),
      entry('promote', '1', one),
      entry('register', '2', two),
    )
    for (const bundle of [three, four]) await append('fraud', { note: bundle.manifestSha256 })
    await append('fraud', entry('delete', '2', two, new Date(now.getTime() - hour).toISOString()))
    expect((await collect()).removal.removed).toEqual([])
    expect(await collect({ minimumAge: hour })).toMatchObject({
      ...{ ofDeletedVersions: 1, removal: { removed: [two.manifestSha256] } },
    })
    await append('fraud', entry('delete', '1', one, 'some day'))
    expect((await collect()).removal.removed).toEqual([])
  })

  test.each([
    ['a record of a prediction', '_predictions-2026-06', { model: { manifest_sha256: one.manifestSha256 } }],
    ['another version', 'fraud', entry('register', '2', one)],
    ['another model', 'motor', entry('register', '1', one)],
    ['a line about the model', 'fraud', { version: '', seen: one.manifestSha256 }],
    ['a line of another version', 'fraud', { ...entry('register', '2', two), base: one.manifestSha256 }],
    ['what came after its deletion', 'fraud', entry('restore', '1', one)],
  ])('keeps the bundle of a deleted version that %s names', async (_, name, named) => {
    for (const bundle of [two, three, four]) await append('other', { note: bundle.manifestSha256 })
    await append('fraud', entry('register', '1', one), entry('delete', '1', one))
    expect((await collect({ dryRun: true })).removal.removed).toEqual([one.manifestSha256])
    await append(name, named)
    expect((await collect()).removal.removed).toEqual([])
  })

  test('removes nothing where one name cannot be read, and says so', async () => {
    await append('fraud', entry('register', '1', one))
    await append('motor', entry('register', '1', two))
    const torn: Ledger = {
      names: () => ledger.names(),
      read: (name) => ledger.read(name),
      append: (name, after, entries) => ledger.append(name, after, entries),
      drop: (name, last) => ledger.drop(name, last),
      inspect: () => ledger.inspect(),
      page: (name, page) =>
        name === 'motor'
          ? Promise.reject(new ClaimsError('unreadable_storage', 'motor may not be read'))
          : ledger.page(name, page),
    }
    await expect(collect({ ledgers: [torn] })).rejects.toMatchObject({
      code: 'unreadable_storage',
      message: 'No bundle is removed, since what names them cannot be read: motor may not be read',
    })
    expect(keptSeeds()).toEqual([1, 2, 3, 4])
  })

  test('removes nothing where a line is missing', async () => {
    const lines = chainLines(
      [entry('register', '1', one), entry('register', '2', two), entry('promote', '2', two)],
      emptyLedger,
    )
    await ledger.append('fraud', emptyLedger, [lines[0]!, lines[2]!])
    await expect(collect()).rejects.toMatchObject({ code: 'damaged_bundle', problems: [{ field: 'line 2' }] })
    const records = chainLines([{ a: 1 }, { b: one.manifestSha256 }, { c: 3 }], emptyLedger)
    const sound = new MemoryLedger()
    await sound.append('_predictions-2026-06', emptyLedger, [records[0]!, records[2]!])
    await expect(collect({ ledgers: [sound] })).rejects.toMatchObject({ code: 'damaged_bundle' })
    expect(keptSeeds()).toEqual([1, 2, 3, 4])
  })

  test('removes nothing of a store that the ledger does not know, unless that is allowed', async () => {
    await append('fraud', entry('register', '1', exampleBundle({ seed: 9 })))
    await expect(collect()).rejects.toMatchObject({ code: 'invalid_configuration' })
    expect(keptSeeds()).toEqual([1, 2, 3, 4])
    expect((await collect({ allowUnknown: true })).removal.removed).toHaveLength(4)
    expect((await collect()).kept.bundles).toBe(0)
  })

  test('asks every ledger, and whoever else names bundles', async () => {
    await append('fraud', entry('register', '1', one))
    const other = new MemoryLedger()
    await other.append('fraud', emptyLedger, chainLines([entry('register', '1', two)], emptyLedger))
    const hashes = async function* (): AsyncGenerator<string> {
      yield await Promise.resolve(three.manifestSha256)
    }
    expect((await collect({ ledgers: [ledger, other], alsoNamed: hashes() })).removal.removed).toEqual([
      four.manifestSha256,
    ])
    await putLongAgo(four)
    const alsoNamed = [two, three, four].map(({ manifestSha256 }) => manifestSha256)
    expect((await collect({ alsoNamed })).removal.removed).toEqual([])
  })

  test.each([0, hour - 1, -1, NaN, Infinity])('refuses a minimum age of %d', async (minimumAge) => {
    await expect(collect({ minimumAge })).rejects.toMatchObject({ code: 'invalid_parameter' })
    expect(keptSeeds()).toEqual([1, 2, 3, 4])
  })

  test('reads sequences of any length to their end', async () => {
    const lines = Array.from({ length: 12_345 }, (_, i) => ({ i, text: 'x'.repeat(i % 1000) }))
    await append('_predictions-2026-05', ...lines, { model: one.manifestSha256 })
    await append('_predictions-2026-06', { model: 'z'.repeat(900_000) }, { model: two.manifestSha256 })
    expect((await collect()).removal.removed).toEqual(
      [three, four].map(({ manifestSha256 }) => manifestSha256),
    )
  })

  test('a version that is registered while the store is listed is named', async () => {
    await append('fraud', entry('register', '1', one))
    const registry = new LedgerModelRegistry({ ledger, artifacts })
    const list = artifacts.list.bind(artifacts)
    artifacts.list = async function* () {
      yield* list()
      await registry.register('motor', two)
      artifacts.times.set(two.manifestSha256, 0)
    }
    expect((await collect()).removal.removed).toEqual(
      [three, four].map(({ manifestSha256 }) => manifestSha256),
    )
  })

  test('a version that is registered after the ledger was read is young', async () => {
    await append('fraud', entry('register', '1', one))
    const registry = new LedgerModelRegistry({ ledger, artifacts })
    const remove = artifacts.remove.bind(artifacts)
    artifacts.remove = async (hashes, options) => {
      await registry.register('motor', two)
      return await remove(hashes, options)
    }
    expect(await collect()).toMatchObject({ young: 1 })
    expect(keptSeeds()).toEqual([1, 2])
  })

  test('a registration that took long keeps its bundle once more', async () => {
    await append('fraud', entry('register', '1', one))
    const slow: Ledger = {
      names: () => ledger.names(),
      read: (name) => ledger.read(name),
      page: (name, page) => ledger.page(name, page),
      drop: (name, last) => ledger.drop(name, last),
      inspect: () => ledger.inspect(),
      append: async (name, after, entries) => {
        // As if it had been put two days ago.
        artifacts.times.set(two.manifestSha256, Date.now() - 48 * hour)
        expect((await collect()).removal.removed).toContain(two.manifestSha256)
        return await ledger.append(name, after, entries)
      },
    }
    const registry = new LedgerModelRegistry({ ledger: slow, artifacts, longestUnnamed: -1 })
    await registry.register('motor', two)
    expect((await collect()).removal.removed).toEqual([])
    expect(keptSeeds()).toEqual([1, 2])
  })
})
