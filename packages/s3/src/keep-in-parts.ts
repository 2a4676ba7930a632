import { createHash } from 'node:crypto'
import { ClaimsError } from '@claims/contracts'
import type { ObjectFacts } from './bucket.ts'
import {
  abandonUpload,
  beginUpload,
  completeUpload,
  findUpload,
  isLost,
  listParts,
  sendPart,
  type PartialUpload,
  type SentPart,
} from './multipart.ts'
import { cutIntoParts, partBytes } from './part-buffers.ts'
import { damagedSource, isKept, notKept, sendings, type Sender, type SourceFile } from './source-file.ts'
import { sumsOf, sumsOfParts, type Sums } from './sums.ts'

/** As many as the protocol allows. */
const mostParts = 10_000

/**
 * Keeps a large file. An upload that was begun before goes on: parts that the server has are read and hashed here, and
 * not sent.
 *
 * @param found what is there under its hash
 */
export async function keepInParts(
  sender: Sender,
  file: SourceFile,
  found: ObjectFacts | null,
): Promise<void> {
  const { bucket } = sender
  if (file.digest.bytes > mostParts * partBytes) throw tooLarge(file)
  let there = found
  for (let sending = 1; sending <= sendings; sending += 1) {
    if (there?.bytes === file.digest.bytes) {
      const sums = sumsOfParts(await readThrough(sender, file))
      if (await isKept(bucket, file, { facts: there, sums })) return
    }
    // What was begun before may be why the last sending came to nothing.
    const begun = sending === 1 ? await findUpload(bucket, file.object) : null
    const upload = begun ?? (await beginUpload(bucket, file.object))
    const before = there
    const sums = await sendParts(sender, file, { upload, ifAbsent: before === null }).catch(
      async (error: unknown) => {
        // Not every server says in so many words that somebody else completed the upload meanwhile.
        const completed = before === null && !isDamage(error) && (await bucket.head(file.object)) !== null
        if (completed) return null
        throw error
      },
    )
    there = await bucket.head(file.object)
    if (sums !== null && there !== null && (await isKept(bucket, file, { facts: there, sums }))) return
  }
  throw notKept(bucket, file)
}

/** Sends what the server has not and completes the upload; null where somebody else ended it meanwhile. */
async function sendParts(
  sender: Sender,
  file: SourceFile,
  { upload, ifAbsent }: { readonly upload: PartialUpload; readonly ifAbsent: boolean },
): Promise<Sums | null> {
  const { bucket, buffers } = sender
  const known = await listParts(bucket, upload)
  const sent: SentPart[] = []
  const failures: unknown[] = []
  const sending = new Set<Promise<void>>()
  const send = async (bytes: Uint8Array, sums: Sums, number: number): Promise<void> => {
    try {
      sent.push(await sendPart(bucket, upload, { number, bytes, sums }))
    } catch (error) {
      failures.push(error)
    } finally {
      buffers.give(bytes)
    }
  }
  const use = (bytes: Uint8Array, sums: Sums, number: number): void => {
    const etag = etagOf(known.get(number), sums)
    if (etag !== null || failures.length > 0) buffers.give(bytes)
    if (failures.length > 0) throw failures[0]
    if (etag !== null) {
      sent.push({ number, etag, sums })
      return
    }
    const one = send(bytes, sums, number).finally(() => sending.delete(one))
    sending.add(one)
  }
  try {
    const sums = await readThrough(sender, file, use)
    await Promise.all(sending)
    if (failures.length > 0) throw failures[0]
    const parts = sent.sort((one, other) => one.number - other.number)
    if (!(await completeUpload(bucket, upload, { parts, ifAbsent }))) await abandonUpload(bucket, upload)
    return sumsOfParts(sums)
  } catch (error) {
    await Promise.all(sending)
    if (isLost(error)) return null
    if (isDamage(error)) await abandonUpload(bucket, upload)
    throw error
  }
}

/**
 * Reads a file to its end, part by part, and checks it.
 *
 * @param use gets each part with its sums and its number from 1 on, and gives its buffer back; default nothing
 * @returns the sums of all parts
 */
async function readThrough(
  { buffers }: Sender,
  file: SourceFile,
  use?: (bytes: Uint8Array, sums: Sums, number: number) => void,
): Promise<readonly Sums[]> {
  const hash = createHash('sha256')
  const all: Sums[] = []
  let length = 0
  for await (const bytes of cutIntoParts(file.pieces(), buffers)) {
    hash.update(bytes)
    length += bytes.length
    const sums = sumsOf(bytes)
    all.push(sums)
    if (use === undefined) buffers.give(bytes)
    else use(bytes, sums, all.length)
  }
  if (length !== file.digest.bytes || hash.digest('hex') !== file.digest.sha256) throw damagedSource(file)
  return all
}

/** Entity tag of a part that the server has; it checked a checksum that it lists, else the tag is the MD5. */
function etagOf(facts: ObjectFacts | undefined, sums: Sums): string | null {
  if (facts?.bytes !== sums.bytes) return null
  const same = facts.checksum === null ? facts.etag === sums.etag : facts.checksum === sums.checksum
  return same ? facts.etag : null
}

function tooLarge({ name, digest }: SourceFile): ClaimsError {
  const problem = `has ${String(digest.bytes)} bytes`
  return new ClaimsError('limit_exceeded', `${name} of the bundle ${problem}`, {
    problems: [{ field: name, problem, allowed: `at most ${String(mostParts * partBytes)} bytes` }],
  })
}

function isDamage(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'damaged_bundle'
}
