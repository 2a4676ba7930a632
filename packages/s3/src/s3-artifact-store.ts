import {
  damagedFile,
  parseManifest,
  streamFile,
  type ArtifactStore,
  type BundleFiles,
  type KeptBundle,
  type Removal,
  type RemoveOptions,
} from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import type { ArtifactsLocation } from './artifacts-uri.ts'
import { Bucket } from './bucket.ts'
import { forEachAtOnce } from './for-each-at-once.ts'
import { keepFile } from './keep-file.ts'
import { keepManifest } from './keep-manifest.ts'
import { listBundles } from './kept-manifests.ts'
import { defaultLeaseMilliseconds } from './lease.ts'
import { bundleObject, fileObject } from './object-names.ts'
import { PartBuffers } from './part-buffers.ts'
import { removeBundles } from './remove-bundles.ts'
import { openBundle, sizeOf } from './s3-bundle.ts'
import type { RequestOptions } from './s3-client.ts'
import type { Sender, SourceFile } from './source-file.ts'

/** How many files of a bundle are sent at a time. */
const filesAtOnce = 4
/** How many parts of 5 MiB are held at most, over everything that is put at a time. */
const partsAtOnce = 3

/**
 * The artifact store in a bucket of S3, or of a server that speaks its protocol:
 *
 *     PREFIX/files/SHA-256     a file, once for all bundles that have it
 *     PREFIX/bundles/SHA-256   a bundle's manifest by its hash, sent when every file of it is there, at each put
 *     PREFIX/removal           the lease of a removal while there is one
 *
 * @example
 * const store = new S3ArtifactStore(parseArtifactsUri('s3://models/claims', { production: true }))
 * await store.put(bundle)
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly #sender: Sender
  readonly #leaseMilliseconds: number

  /**
   * @param location what `parseArtifactsUri` gave; the bucket exists
   * @param options credentials and time-outs; for how long puts wait for a removal that was killed, default 300,000
   * @throws ClaimsError `invalid_configuration` where the file with certificates cannot be read
   */
  constructor(
    location: ArtifactsLocation,
    options: RequestOptions & { readonly leaseMilliseconds?: number | undefined } = {},
  ) {
    this.#leaseMilliseconds = options.leaseMilliseconds ?? defaultLeaseMilliseconds
    this.#sender = { bucket: new Bucket(location, options), buffers: new PartBuffers(partsAtOnce) }
  }

  async put(bundle: BundleFiles): Promise<void> {
    const { manifestSha256 } = bundle
    const manifest = await manifestOf(bundle)
    const origin = `the bundle ${manifestSha256}`
    const files = new Map<string, SourceFile>()
    for (const [name, digest] of Object.entries(parseManifest(new TextDecoder().decode(manifest)).files))
      files.set(digest.sha256, {
        ...{ name, digest, origin, object: fileObject(digest.sha256) },
        pieces: () => streamFile(bundle, name),
      })
    const all = [...files.values()]
    await forEachAtOnce(all, filesAtOnce, (file) => keepFile(this.#sender, file))
    await keepManifest(this.#sender, all, {
      ...{ name: 'manifest.json', origin, object: bundleObject(manifestSha256), bytes: manifest },
      digest: { sha256: manifestSha256, bytes: manifest.length },
    })
  }

  open(hash: string): Promise<BundleFiles> {
    return openBundle(this.#sender.bucket, hash)
  }

  async locate(hash: string): Promise<string> {
    const { bucket } = this.#sender
    await sizeOf(bucket, hash)
    return `${bucket.place}/${bundleObject(hash)}`
  }

  list(): AsyncIterable<KeptBundle> {
    return listBundles(this.#sender.bucket)
  }

  async remove(hashes: Iterable<string>, options: RemoveOptions): Promise<Removal> {
    const given = new Set(hashes)
    for (const hash of given) bundleObject(hash)
    options.signal?.throwIfAborted()
    const leaseMilliseconds = this.#leaseMilliseconds
    return await removeBundles(this.#sender.bucket, given, { ...options, leaseMilliseconds })
  }

  /** Closes the connections; nothing is asked of the store afterwards. */
  close(): void {
    this.#sender.bucket.close()
  }
}

async function manifestOf(bundle: BundleFiles): Promise<Uint8Array> {
  const bytes = await bundle.read('manifest.json')
  if (sha256(bytes) === bundle.manifestSha256) return bytes
  throw damagedFile(`the bundle ${bundle.manifestSha256}`, 'manifest.json', 'has another SHA-256')
}
