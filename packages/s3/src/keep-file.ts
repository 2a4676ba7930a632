import type { ObjectFacts } from './bucket.ts'
import { keepInParts } from './keep-in-parts.ts'
import { cutIntoParts, partBytes, type PartBuffers } from './part-buffers.ts'
import { damagedSource, isKept, notKept, sendings, type Sender, type SourceFile } from './source-file.ts'
import { inBase64, sumsOf } from './sums.ts'

/**
 * Keeps a file under its hash. What is there whole is not sent again; what is there and is not, is replaced.
 *
 * @throws ClaimsError `damaged_bundle` where the bytes are not what the digest states, and then nothing is kept of them;
 *   `artifacts_unavailable`, `invalid_configuration`; what reading the file throws
 */
export async function keepFile(sender: Sender, file: SourceFile): Promise<void> {
  const found = await sender.bucket.head(file.object)
  if (file.digest.bytes > partBytes) await keepInParts(sender, file, found)
  else await keepAsOne(sender, file, found)
}

async function keepAsOne(
  { bucket, buffers }: Sender,
  file: SourceFile,
  found: ObjectFacts | null,
): Promise<void> {
  const { digest, object } = file
  const promised = { bytes: digest.bytes, checksum: inBase64(digest.sha256), etag: null }
  if (found !== null && (await isKept(bucket, file, { facts: found, sums: promised }))) return
  const bytes = await gathered(file, buffers)
  try {
    const sums = sumsOf(bytes)
    if (bytes.length !== digest.bytes || sums.checksum !== promised.checksum) throw damagedSource(file)
    for (let sending = 1; sending <= sendings; sending += 1) {
      const ifAbsent = found === null && sending === 1
      const facts =
        (await bucket.put(object, bytes, { checksum: sums.checksum, ifAbsent })) ??
        (await bucket.head(object))
      if (facts !== null && (await isKept(bucket, file, { facts, sums }))) return
    }
  } finally {
    buffers.give(bytes)
  }
  throw notKept(bucket, file)
}

/** A file that fits a buffer, in one; a longer one is damaged. */
async function gathered(file: SourceFile, buffers: PartBuffers): Promise<Uint8Array> {
  let whole: Uint8Array | null = null
  try {
    for await (const part of cutIntoParts(file.pieces(), buffers)) {
      if (whole === null) {
        whole = part
        continue
      }
      buffers.give(part)
      throw damagedSource(file)
    }
  } catch (error) {
    if (whole !== null) buffers.give(whole)
    throw error
  }
  return whole ?? (await buffers.take()).subarray(0, 0)
}
