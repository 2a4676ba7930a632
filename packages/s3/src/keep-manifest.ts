import { damagedFile } from '@claims/contracts'
import type { Bucket } from './bucket.ts'
import type { KeptFile } from './download.ts'
import { forEachAtOnce } from './for-each-at-once.ts'
import { keepFile } from './keep-file.ts'
import { waitForRemoval } from './lease.ts'
import { isKept, notKept, sendings, type Sender, type SourceFile } from './source-file.ts'
import { sumsOf } from './sums.ts'

/** How many files are looked for at a time. */
const filesAtOnce = 4

/** A manifest that is to be kept. */
interface SourceManifest extends KeptFile {
  readonly bytes: Uint8Array
}

/**
 * Makes a bundle of files that are kept: sends its manifest, also where it is there, so that the bundle is young. A
 * removal that began earlier may still take the manifest and the files for old ones: its end is waited for, and what it
 * took is sent anew. One that begins later finds the manifest young.
 *
 * @param files every file of the bundle
 * @throws ClaimsError as `keepFile` does
 */
export async function keepManifest(
  sender: Sender,
  files: readonly SourceFile[],
  manifest: SourceManifest,
): Promise<void> {
  const { bucket } = sender
  for (let sending = 1; sending <= sendings; sending += 1) {
    await sendManifest(bucket, manifest)
    await waitForRemoval(bucket)
    const gone: SourceFile[] = []
    await forEachAtOnce(files, filesAtOnce, async (file) => {
      if ((await bucket.head(file.object))?.bytes !== file.digest.bytes) gone.push(file)
    })
    if (gone.length === 0 && (await bucket.head(manifest.object)) !== null) return
    await forEachAtOnce(gone, filesAtOnce, (file) => keepFile(sender, file))
  }
  throw notKept(bucket, manifest)
}

async function sendManifest(bucket: Bucket, manifest: SourceManifest): Promise<void> {
  const sums = sumsOf(manifest.bytes)
  if (Buffer.from(sums.checksum, 'base64').toString('hex') !== manifest.digest.sha256)
    throw damagedFile(manifest.origin, manifest.name, 'has another SHA-256')
  for (let sending = 1; sending <= sendings; sending += 1) {
    const facts =
      (await bucket.put(manifest.object, manifest.bytes, { checksum: sums.checksum, ifAbsent: false })) ??
      (await bucket.head(manifest.object))
    if (facts !== null && (await isKept(bucket, manifest, { facts, sums }))) return
  }
  throw notKept(bucket, manifest)
}
