import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ArtifactStore } from '../artifact-store.ts'
import type { BundleFiles } from '../bundle-files.ts'
import { exampleBundle } from '../example/example-bundle.ts'
import { streamFile } from '../stream-file.ts'

/** What an adapter gives the suite. */
export interface ArtifactStoreFixture {
  readonly store: ArtifactStore
  /** A second client of the same store, as another process would have it. */
  readonly other: ArtifactStore
  /** Changes one byte of a kept file behind the store's back. */
  readonly damage: (sha256: string, name: string) => Promise<void>
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
  })
}

async function streamed(bundle: BundleFiles, name: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of streamFile(bundle, name)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}
