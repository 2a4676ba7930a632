import { ClaimsError, damagedFile } from '@claims/contracts'
import type { Bucket, ObjectFacts } from './bucket.ts'
import { holds, type KeptFile } from './download.ts'
import type { PartBuffers } from './part-buffers.ts'
import { agree, type Sums } from './sums.ts'

/** A file of a bundle that is to be kept. */
export interface SourceFile extends KeptFile {
  /** Its bytes from the beginning, each time anew. */
  readonly pieces: () => AsyncIterable<Uint8Array>
}

/** What files are sent through. */
export interface Sender {
  readonly bucket: Bucket
  readonly buffers: PartBuffers
}

/** How often a file is sent whose bytes the server does not keep. */
export const sendings = 3

/** Whether the server has the bytes; they are read where it does not say. */
export async function isKept(
  bucket: Bucket,
  file: KeptFile,
  { facts, sums }: { readonly facts: ObjectFacts; readonly sums: Sums },
): Promise<boolean> {
  const answer = agree(facts, sums)
  return answer === 'unknown' ? await holds(bucket, file) : answer === 'yes'
}

/** What is to be kept is not what its manifest states. */
export function damagedSource({ origin, name }: KeptFile): ClaimsError {
  return damagedFile(origin, name, 'is not what the manifest states')
}

/** The server took a file and does not hand it out. */
export function notKept({ place }: Bucket, { name }: KeptFile): ClaimsError {
  return new ClaimsError(
    'artifacts_unavailable',
    `${place} does not keep the bytes that it was sent of ${name}`,
  )
}
