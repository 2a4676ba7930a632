import { createHash, getFips } from 'node:crypto'
import type { ObjectFacts } from './bucket.ts'

/** What is known of bytes that were sent, in the forms in which servers say it. */
export interface Sums {
  readonly bytes: number
  /** SHA-256 in base64; of an object in parts, that of its parts' SHA-256 one after the other. */
  readonly checksum: string
  /** MD5 in hexadecimal; of an object in parts, that of its parts' with their number; null where it is not known. */
  readonly etag: string | null
}

/** SHA-256 as the protocol writes it. */
export function inBase64(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64')
}

/** The sums of bytes that are sent as one. */
export function sumsOf(bytes: Uint8Array): Sums {
  return {
    bytes: bytes.length,
    checksum: createHash('sha256').update(bytes).digest('base64'),
    // Systems in FIPS mode have no MD5.
    etag: getFips() === 1 ? null : createHash('md5').update(bytes).digest('hex'),
  }
}

/** The sums of an object that was sent in parts. */
export function sumsOfParts(parts: readonly Sums[]): Sums {
  const checksum = createHash('sha256')
  const tags: string[] = []
  for (const part of parts) {
    checksum.update(Buffer.from(part.checksum, 'base64'))
    if (part.etag !== null) tags.push(part.etag)
  }
  const known = tags.length === parts.length && getFips() === 0
  return {
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    checksum: checksum.digest('base64'),
    etag: known
      ? `${createHash('md5')
          .update(Buffer.from(tags.join(''), 'hex'))
          .digest('hex')}-${String(parts.length)}`
      : null,
  }
}

/**
 * Whether the server has the bytes, as far as it says. Some servers repeat a checksum that they were sent and have not
 * checked, so that an entity tag which should be the MD5 and is not leaves a doubt.
 */
export function agree(facts: ObjectFacts, sums: Sums): 'yes' | 'no' | 'unknown' {
  if (facts.bytes !== null && facts.bytes !== sums.bytes) return 'no'
  if (facts.checksum !== null && facts.checksum !== sums.checksum) return 'no'
  if (facts.etagIsMd5 && sums.etag !== null) return facts.etag === sums.etag ? 'yes' : 'unknown'
  return facts.checksum === null ? 'unknown' : 'yes'
}
