import { ClaimsError, damagedFile, noSuchFile, parseManifest, type BundleFiles } from '@claims/contracts'
import type { Bucket } from './bucket.ts'
import { download, downloadWhole, type KeptFile } from './download.ts'
import { longestManifest } from './kept-manifests.ts'
import { bundleObject, fileObject } from './object-names.ts'

/**
 * A bundle in the store: its manifest is read now, every other file when it is asked for.
 *
 * @param hash SHA-256 of its manifest
 * @throws ClaimsError `file_not_found`, `damaged_bundle`, `unsupported_format_version`, `artifacts_unavailable`,
 *   `invalid_configuration`
 */
export async function openBundle(bucket: Bucket, hash: string): Promise<BundleFiles> {
  const object = bundleObject(hash)
  const origin = `${bucket.place}/${object}`
  const bytes = await sizeOf(bucket, hash)
  if (bytes > longestManifest) throw damagedFile(origin, 'manifest.json', 'is too long for a manifest')
  const manifestBytes = await downloadWhole(bucket, {
    ...{ name: 'manifest.json', object, origin },
    digest: { sha256: hash, bytes },
  })
  const manifest = parseManifest(new TextDecoder().decode(manifestBytes))
  const fileOf = (name: string): KeptFile => {
    const digest = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined
    if (digest === undefined) throw noSuchFile(origin, name, manifest)
    return { name, object: fileObject(digest.sha256), digest, origin }
  }
  return {
    manifest,
    manifestSha256: hash,
    read: async (name) =>
      name === 'manifest.json' ? manifestBytes.slice() : await downloadWhole(bucket, fileOf(name)),
    stream: async function* (name) {
      if (name === 'manifest.json') yield manifestBytes.slice()
      else yield* download(bucket, fileOf(name))
    },
  }
}

/** Bytes of a bundle's manifest. @throws ClaimsError `file_not_found` */
export async function sizeOf(bucket: Bucket, hash: string): Promise<number> {
  const object = bundleObject(hash)
  const facts = await bucket.head(object)
  if (facts?.bytes != null) return facts.bytes
  // An answer without a body does not say whether the bucket is absent, too; this one does.
  await bucket.get(object, 0).then((answer) => answer?.body.destroy())
  throw new ClaimsError('file_not_found', `There is no bundle with the manifest ${hash} in ${bucket.place}`, {
    problems: [{ field: 'manifest.json', problem: 'is not kept', allowed: 'a bundle that was put' }],
  })
}
