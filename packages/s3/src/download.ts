import { createHash } from 'node:crypto'
import { damagedFile } from '@claims/contracts'
import type { FileDigest } from '@claims/contracts/files'
import type { Bucket } from './bucket.ts'
import { storeFailure } from './store-failure.ts'
import { waitOrThrow } from './try-again.ts'

/** A file of a bundle in the store. */
export interface KeptFile {
  /** Its name in the bundle, for messages. */
  readonly name: string
  /** Name of the object that holds it. */
  readonly object: string
  readonly digest: FileDigest
  /** Where the bundle is, for messages. */
  readonly origin: string
}

/**
 * A file in pieces as they come. Where the connection is lost, is silent for too long, or ends too early, the rest is
 * asked for from there on.
 *
 * @throws ClaimsError `damaged_bundle` where the file is gone, or at the end where the bytes are others than the digest
 *   states; `artifacts_unavailable` where nothing comes any more
 */
export async function* download(
  bucket: Bucket,
  { name, object, digest, origin }: KeptFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  let at = 0
  let failures = 0
  do {
    try {
      const answer = await bucket.get(object, at)
      if (answer === null) throw damagedFile(origin, name, 'is missing')
      let skipped = at - answer.from
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        const piece = chunk.subarray(Math.min(skipped, chunk.length))
        skipped -= chunk.length - piece.length
        if (piece.length === 0) continue
        at += piece.length
        failures = 0
        if (at > digest.bytes) throw damagedFile(origin, name, `has more than ${String(digest.bytes)} bytes`)
        hash.update(piece)
        yield piece
      }
      if (at < digest.bytes) throw Object.assign(new Error('the answer ended early'), { code: 'ECONNRESET' })
    } catch (error) {
      failures += 1
      await waitOrThrow(error, failures, bucket.attempts).catch((last: unknown) => {
        throw storeFailure(last, bucket.place)
      })
    }
  } while (at < digest.bytes)
  if (hash.digest('hex') !== digest.sha256)
    throw damagedFile(origin, name, 'was altered: its SHA-256 differs')
}

/**
 * A file whole. Bytes that are wrong are asked for once more, since they may have been changed on their way.
 *
 * @throws ClaimsError as `download` does
 */
export async function downloadWhole(bucket: Bucket, file: KeptFile): Promise<Uint8Array> {
  try {
    return await gathered(bucket, file)
  } catch (error) {
    if (!isDamage(error)) throw error
    return await gathered(bucket, file)
  }
}

/** Whether an object holds the bytes of a digest; reads it. */
export async function holds(bucket: Bucket, file: KeptFile): Promise<boolean> {
  try {
    const pieces = download(bucket, file)
    while ((await pieces.next()).done !== true);
    return true
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}

async function gathered(bucket: Bucket, file: KeptFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.digest.bytes)
  let at = 0
  for await (const piece of download(bucket, file)) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

function isDamage(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'damaged_bundle'
}
