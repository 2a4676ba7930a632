import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { KeptBundle } from '../artifact-removal.ts'
import type { ArtifactStore } from '../artifact-store.ts'
import type { BundleFiles } from '../bundle-files.ts'
import { canonicalJson } from '../canonical-json.ts'
import { exampleBundle } from '../example/example-bundle.ts'
import { sha256 } from '../files/index.ts'
import { streamFile } from '../stream-file.ts'

/** What an adapter gives the suite. */
export interface ArtifactStoreFixture {
  readonly store: ArtifactStore
  /** A second client of the same store, as another process would have it. */
  readonly other: ArtifactStore
  /** Changes one byte of a kept file behind the store's back. */
  readonly damage: (sha256: string, name: string) => Promise<void>
  /** Makes a bundle, and what only it has, so many milliseconds older by the store's clock. */
  readonly age: (sha256: string, milliseconds: number) => Promise<void>
  readonly dispose?: () => Promise<void>
}

/**
 * The contract of `ArtifactStore` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes an empty store
 */
export function describeArtifactStore(name: string, factory: () => Promise<ArtifactStoreFixture>): void {
  describe(`ArtifactStore: ${name}`, () => {
    let fixture: ArtifactStoreFixture
    let store: ArtifactStore
    beforeEach(async () => {
      fixture = await factory()
      store = fixture.store
    })
    afterEach(async () => {
      await fixture.dispose?.()
    })

    test('keeps a copy of every byte', async () => {
      const bundle = exampleBundle({ seed: 1 })
      let gone = false
      await store.put({
        ...bundle,
        read: (name) => (gone ? Promise.reject(new RangeError('gone')) : bundle.read(name)),
      })
      gone = true
      const kept = await fixture.other.open(bundle.manifestSha256)
      expect(kept.manifestSha256).toBe(bundle.manifestSha256)
      expect(kept.manifest).toEqual(bundle.manifest)
      for (const file of ['manifest.json', ...Object.keys(bundle.manifest.files)])
        expect(Buffer.from(await kept.read(file))).toEqual(Buffer.from(await bundle.read(file)))
      expect(await store.locate(bundle.manifestSha256)).toContain(bundle.manifestSha256)
    })

    test('keeps bundles apart', async () => {
      const [one, two] = [exampleBundle({ seed: 1 }), exampleBundle({ seed: 2 })]
      await store.put(one)
      await store.put(two)
      expect((await store.open(one.manifestSha256)).manifest.seed).toBe(1)
      expect((await store.open(two.manifestSha256)).manifest.seed).toBe(2)
    })

    test('names what it does not keep', async () => {
      const { manifestSha256 } = exampleBundle({ seed: 1 })
      await expect(store.open(manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
      await expect(store.locate(manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
      await store.put(exampleBundle({ seed: 2 }))
      await expect(store.open(manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
    })

    test('refuses a file that the manifest does not list', async () => {
      const bundle = exampleBundle({ seed: 1 })
      await store.put(bundle)
      const kept = await store.open(bundle.manifestSha256)
      for (const absent of ['absent.json', '../manifest.json', 'model', 'toString'])
        await expect(kept.read(absent)).rejects.toMatchObject({ code: 'file_not_found' })
    })

    test('hands out no byte that was changed, and mends it when the bundle is put again', async () => {
      const bundle = exampleBundle({ seed: 1 })
      const { manifestSha256 } = bundle
      await store.put(bundle)
      await fixture.damage(manifestSha256, 'model/weights.json')
      const kept = await store.open(manifestSha256)
      await expect(kept.read('model/weights.json')).rejects.toMatchObject({
        code: 'damaged_bundle',
        problems: [{ field: 'model/weights.json' }],
      })
      await fixture.damage(manifestSha256, 'manifest.json')
      await expect(store.open(manifestSha256)).rejects.toMatchObject({ code: 'damaged_bundle' })
      await store.put(bundle)
      expect(await (await fixture.other.open(manifestSha256)).read('model/weights.json')).toEqual(
        await bundle.read('model/weights.json'),
      )
    })

    test('streams a file as it reads it, and ends with an error where a byte was changed', async () => {
      const bundle = exampleBundle({ seed: 1 })
      await store.put(bundle)
      const kept = await fixture.other.open(bundle.manifestSha256)
      for (const file of ['manifest.json', ...Object.keys(bundle.manifest.files)])
        expect(await streamed(kept, file)).toEqual(Buffer.from(await bundle.read(file)))
      await expect(streamed(kept, 'absent.json')).rejects.toMatchObject({ code: 'file_not_found' })
      await fixture.damage(bundle.manifestSha256, 'pipeline.json')
      await expect(streamed(kept, 'pipeline.json')).rejects.toMatchObject({ code: 'damaged_bundle' })
    })

    test('keeps a bundle that can only be streamed', async () => {
      const bundle = exampleBundle({ seed: 1 })
      await store.put({
        ...bundle,
        read: (name) =>
          name === 'manifest.json' ? bundle.read(name) : Promise.reject(new RangeError('not streamed')),
        stream: async function* (name) {
          for (const byte of await bundle.read(name)) yield Uint8Array.of(byte)
        },
      })
      const kept = await store.open(bundle.manifestSha256)
      expect(Buffer.from(await kept.read('pipeline.json'))).toEqual(
        Buffer.from(await bundle.read('pipeline.json')),
      )
    })

    test('keeps nothing of a bundle that cannot be read to its end', async () => {
      const bundle = exampleBundle({ seed: 1 })
      const torn: BundleFiles = {
        manifest: bundle.manifest,
        manifestSha256: bundle.manifestSha256,
        read: (file) =>
          file === 'pipeline.json' ? Promise.reject(new RangeError('torn')) : bundle.read(file),
      }
      await expect(store.put(torn)).rejects.toThrow('torn')
      await expect(store.open(bundle.manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
      await store.put(bundle)
      expect((await store.open(bundle.manifestSha256)).manifest.seed).toBe(1)
    })

    test('of many that put the same bundle at once, all succeed', async () => {
      const bundle = exampleBundle({ seed: 1 })
      await Promise.all(
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? store : fixture.other).put(bundle)),
      )
      const kept = await store.open(bundle.manifestSha256)
      expect(await kept.read('pipeline.json')).toEqual(await bundle.read('pipeline.json'))
    })

    describe('removal', () => {
      const [one, two, three] = [1, 2, 3].map((seed) => exampleBundle({ seed })) as [
        BundleFiles,
        BundleFiles,
        BundleFiles,
      ]
      const minimumAge = 2 * hour

      async function listed(from = fixture.other): Promise<Map<string, KeptBundle>> {
        const all = new Map<string, KeptBundle>()
        for await (const kept of from.list()) all.set(kept.manifestSha256, kept)
        return all
      }

      async function expectWhole(...bundles: readonly BundleFiles[]): Promise<void> {
        for (const bundle of bundles) {
          const kept = await fixture.other.open(bundle.manifestSha256)
          for (const file of Object.keys(bundle.manifest.files))
            expect(Buffer.from(await kept.read(file))).toEqual(Buffer.from(await bundle.read(file)))
        }
      }

      async function expectGone(...bundles: readonly BundleFiles[]): Promise<void> {
        for (const { manifestSha256 } of bundles) {
          const gone = { code: 'file_not_found' }
          await expect(fixture.other.open(manifestSha256)).rejects.toMatchObject(gone)
          await expect(fixture.other.locate(manifestSha256)).rejects.toMatchObject(gone)
        }
      }

      test('an empty store lists nothing and removes nothing', async () => {
        expect(await listed()).toEqual(new Map())
        expect(await store.remove([one.manifestSha256], { minimumAge })).toEqual({
          ...{ removed: [], young: [], absent: 1, remains: 0, bytes: 0, left: [] },
        })
      })

      test('every bundle is listed with its age and its bytes', async () => {
        await store.put(one)
        await store.put(two)
        await fixture.age(two.manifestSha256, 3 * hour)
        const all = await listed()
        expect([...all.keys()].sort()).toEqual([one.manifestSha256, two.manifestSha256].sort())
        const [young, old] = [all.get(one.manifestSha256), all.get(two.manifestSha256)]
        // A store may tell time in whole seconds, and a test may wait.
        expect(young?.age).toBeGreaterThanOrEqual(-2000)
        expect(young?.age).toBeLessThan(hour)
        expect(old?.age).toBeGreaterThan(2.9 * hour)
        expect(old?.age).toBeLessThan(4 * hour)
        const stated = Object.values(one.manifest.files).reduce((sum, { bytes }) => sum + bytes, 0)
        expect(young?.bytes).toBe(stated + (await one.read('manifest.json')).length)
      })

      test('takes what it is told and what is old, and nothing else', async () => {
        for (const bundle of [one, two, three]) await store.put(bundle)
        for (const bundle of [one, two]) await fixture.age(bundle.manifestSha256, 3 * hour)
        const hashes = [one, three].map((bundle) => bundle.manifestSha256)
        const removal = await store.remove([...hashes, ...hashes, 'f'.repeat(64)], { minimumAge })
        expect(removal).toMatchObject({
          ...{ removed: [one.manifestSha256], young: [three.manifestSha256], absent: 1, left: [] },
        })
        expect(removal.bytes).toBeGreaterThan(0)
        await expectGone(one)
        await expectWhole(two, three)
        expect([...(await listed()).keys()].sort()).toEqual([two.manifestSha256, three.manifestSha256].sort())
      })

      test('files that another bundle has as well stay', async () => {
        const sibling = withName(one, 'sibling')
        await store.put(one)
        await store.put(sibling)
        for (const bundle of [one, sibling]) await fixture.age(bundle.manifestSha256, 3 * hour)
        await store.remove([one.manifestSha256], { minimumAge })
        await expectGone(one)
        await expectWhole(sibling)
        await store.remove([sibling.manifestSha256], { minimumAge })
        await expectGone(sibling)
      })

      test('a dry run says the same and changes nothing', async () => {
        for (const bundle of [one, two]) await store.put(bundle)
        await fixture.age(one.manifestSha256, 3 * hour)
        const hashes = [one.manifestSha256, two.manifestSha256]
        const said = await store.remove(hashes, { minimumAge, dryRun: true })
        await expectWhole(one, two)
        expect(await store.remove(hashes, { minimumAge })).toEqual(said)
        expect(said).toMatchObject({ removed: [one.manifestSha256], young: [two.manifestSha256] })
        await expectGone(one)
      })

      test('a bundle that is put again is young', async () => {
        await store.put(one)
        await fixture.age(one.manifestSha256, 3 * hour)
        await fixture.other.put(one)
        expect((await listed()).get(one.manifestSha256)?.age).toBeLessThan(hour)
        expect(await store.remove([one.manifestSha256], { minimumAge })).toMatchObject({
          ...{ removed: [], young: [one.manifestSha256] },
        })
        await expectWhole(one)
      })

      test('a bundle that was removed is put again', async () => {
        await store.put(one)
        await fixture.age(one.manifestSha256, 3 * hour)
        await store.remove([one.manifestSha256], { minimumAge })
        await fixture.other.put(one)
        await expectWhole(one)
      })

      test('of a clock that went back, everything is young', async () => {
        await store.put(one)
        await fixture.age(one.manifestSha256, -5 * hour)
        expect((await listed()).get(one.manifestSha256)?.age).toBeLessThan(0)
        expect(await store.remove([one.manifestSha256], { minimumAge: 0 })).toMatchObject({ removed: [] })
        await expectWhole(one)
      })

      test('a put at the same time leaves its bundle whole', async () => {
        for (let round = 0; round < 3; round += 1) {
          await store.put(one)
          await fixture.age(one.manifestSha256, 3 * hour)
          await Promise.all([
            store.remove([one.manifestSha256], { minimumAge }),
            fixture.other.put(one),
            fixture.other.put(two),
          ])
          await expectWhole(one, two)
        }
      })

      test('two removals at the same time do what one does', async () => {
        for (const bundle of [one, two, three]) await store.put(bundle)
        for (const bundle of [one, two]) await fixture.age(bundle.manifestSha256, 3 * hour)
        const hashes = [one.manifestSha256, two.manifestSha256]
        const removals = await Promise.all(
          [store, fixture.other].map((client) => client.remove(hashes, { minimumAge })),
        )
        expect(removals.flatMap(({ removed }) => removed).sort()).toEqual([...hashes].sort())
        await expectGone(one, two)
        await expectWhole(three)
      })

      test('what was aborted removes nothing more', async () => {
        await store.put(one)
        await fixture.age(one.manifestSha256, 3 * hour)
        const signal = AbortSignal.abort(new RangeError('enough'))
        await expect(store.remove([one.manifestSha256], { minimumAge, signal })).rejects.toThrow('enough')
        await expectWhole(one)
      })

      test('refuses what is no hash', async () => {
        for (const wrong of ['', '..', 'F'.repeat(64), `${'f'.repeat(64)}/..`])
          await expect(store.remove([wrong], { minimumAge })).rejects.toThrow(TypeError)
      })
    })
  })
}

const hour = 3_600_000

/** Another bundle with the same files. */
function withName(bundle: BundleFiles, name: string): BundleFiles {
  const manifest = { ...bundle.manifest, name }
  const bytes = Buffer.from(canonicalJson(manifest))
  return {
    ...bundle,
    manifest,
    manifestSha256: sha256(bytes),
    read: (file) => (file === 'manifest.json' ? Promise.resolve(bytes) : bundle.read(file)),
  }
}

async function streamed(bundle: BundleFiles, name: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of streamFile(bundle, name)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}
