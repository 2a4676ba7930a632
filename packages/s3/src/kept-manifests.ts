import { ClaimsError, statedBytes, type KeptBundle } from '@claims/contracts'
import { hashesIn } from '@claims/contracts/files'
import type { Bucket } from './bucket.ts'
import { downloadWhole } from './download.ts'
import { forEachAtOnce } from './for-each-at-once.ts'
import { listObjects, type ListedObject } from './object-listing.ts'
import { bundleObject, hashOf } from './object-names.ts'

/** How many manifests are read at a time. */
export const readAtOnce = 8
/** A manifest that is larger is none. */
export const longestManifest: number = 64 << 20

/** Every bundle of a bucket; a page of them is held at a time. */
export async function* listBundles(bucket: Bucket): AsyncGenerator<KeptBundle, void, undefined> {
  for await (const { objects, now } of listObjects(bucket, 'bundles/')) {
    const page: KeptBundle[] = []
    await forEachAtOnce(objects, readAtOnce, async (object) => {
      const manifestSha256 = hashOf(object.name, 'bundles')
      if (manifestSha256 === null) return
      const manifest = await readManifest(bucket, object).catch((error: unknown) => {
        if (error instanceof ClaimsError && error.code === 'damaged_bundle') return new Uint8Array()
        throw error
      })
      if (manifest === null) return
      page.push({ manifestSha256, age: now - object.written, bytes: statedBytes(manifest) })
    })
    yield* page
  }
}

/**
 * Files of bundles, by what their manifests say in whatever way.
 *
 * @param into gets the SHA-256 of each
 * @throws ClaimsError `damaged_bundle` where a manifest is not what it was, so that its files cannot be told
 */
export async function readFileHashes(
  bucket: Bucket,
  manifests: readonly ListedObject[],
  into: Set<string>,
): Promise<void> {
  await forEachAtOnce(manifests, readAtOnce, async (object) => {
    const manifest = await readManifest(bucket, object)
    for (const hash of hashesIn(Buffer.from(manifest ?? []).toString('latin1'))) into.add(hash)
  })
}

/** A manifest; null where it is gone. @throws ClaimsError `damaged_bundle` */
async function readManifest(bucket: Bucket, { name, bytes }: ListedObject): Promise<Uint8Array | null> {
  const hash = hashOf(name, 'bundles')
  if (hash === null || bytes > longestManifest)
    throw new ClaimsError('damaged_bundle', `${bucket.place}/${name} is no manifest`)
  const origin = `${bucket.place}/${bundleObject(hash)}`
  try {
    const digest = { sha256: hash, bytes }
    return await downloadWhole(bucket, { name: 'manifest.json', object: name, origin, digest })
  } catch (error) {
    if ((await bucket.head(name)) === null) return null
    throw error
  }
}
