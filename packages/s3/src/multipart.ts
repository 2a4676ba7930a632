import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { encryptionHeaders, factsOf, type Bucket, type ObjectFacts } from './bucket.ts'
import { failureName } from './store-failure.ts'
import type { Sums } from './sums.ts'

/** An object that is sent in parts and is not there until it is completed. */
export interface PartialUpload {
  readonly object: string
  readonly id: string
}

/** A part that the server has, as completing names it. */
export interface SentPart {
  readonly number: number
  readonly etag: string
  readonly sums: Sums
}

/** An upload of an object that was begun and neither completed nor given up, such as by a process that was killed. */
export async function findUpload(bucket: Bucket, object: string): Promise<PartialUpload | null> {
  const key = bucket.key(object)
  const command = new ListMultipartUploadsCommand({ Bucket: bucket.name, Prefix: key })
  const { Uploads } = await bucket.send((client) => client.send(command))
  const id = Uploads?.findLast((upload) => upload.Key === key)?.UploadId
  return id === undefined ? null : { object, id }
}

/** Begins an upload. */
export async function beginUpload(bucket: Bucket, object: string): Promise<PartialUpload> {
  const command = new CreateMultipartUploadCommand({
    ...{ Bucket: bucket.name, Key: bucket.key(object), ChecksumAlgorithm: 'SHA256' },
    ...encryptionHeaders(bucket.encryption),
  })
  const { UploadId } = await bucket.send((client) => client.send(command))
  if (UploadId === undefined) throw new TypeError('an upload that was begun has an id')
  return { object, id: UploadId }
}

/** What the server has of an upload, by the parts' numbers; nothing where it is gone. */
export async function listParts(
  bucket: Bucket,
  { object, id }: PartialUpload,
): Promise<ReadonlyMap<number, ObjectFacts>> {
  const parts = new Map<number, ObjectFacts>()
  let marker: string | undefined
  do {
    const command = new ListPartsCommand({
      ...{ Bucket: bucket.name, Key: bucket.key(object), UploadId: id },
      ...(marker !== undefined && { PartNumberMarker: marker }),
    })
    const page = await bucket
      .send((client) => client.send(command))
      .catch((error: unknown) => {
        if (failureName(error) === 'NoSuchUpload') return null
        throw error
      })
    if (page === null) return new Map()
    for (const { PartNumber, Size, ...told } of page.Parts ?? [])
      if (PartNumber !== undefined) parts.set(PartNumber, factsOf({ ...told, ContentLength: Size }))
    // Servers name a marker on the last page, too.
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
  } while (marker !== undefined)
  return parts
}

/** Sends a part. @param bytes not to be changed until this has ended */
export async function sendPart(
  bucket: Bucket,
  { object, id }: PartialUpload,
  { number, bytes, sums }: { readonly number: number; readonly bytes: Uint8Array; readonly sums: Sums },
): Promise<SentPart> {
  const command = new UploadPartCommand({
    ...{ Bucket: bucket.name, Key: bucket.key(object), UploadId: id, PartNumber: number },
    ...{ Body: bytes, ContentLength: bytes.length },
    ...{ ChecksumAlgorithm: 'SHA256', ChecksumSHA256: sums.checksum },
  })
  const { ETag } = await bucket.send((client) => client.send(command))
  if (ETag === undefined) throw new TypeError('a part that was sent has an entity tag')
  return { number, etag: ETag, sums }
}

/**
 * Makes the object of the parts.
 *
 * @param ifAbsent whether an object that is there is left as it is
 * @returns whether it was made; false where the upload or a part is gone, or the object was there
 */
export async function completeUpload(
  bucket: Bucket,
  { object, id }: PartialUpload,
  { parts, ifAbsent }: { readonly parts: readonly SentPart[]; readonly ifAbsent: boolean },
): Promise<boolean> {
  const command = new CompleteMultipartUploadCommand({
    ...{ Bucket: bucket.name, Key: bucket.key(object), UploadId: id },
    ...(ifAbsent && { IfNoneMatch: '*' }),
    MultipartUpload: {
      Parts: parts.map(({ number, etag, sums }) => ({
        PartNumber: number,
        ETag: etag,
        ChecksumSHA256: sums.checksum,
      })),
    },
  })
  try {
    await bucket.send((client) => client.send(command))
    return true
  } catch (error) {
    if (isLost(error) || failureName(error) === 'PreconditionFailed') return false
    throw error
  }
}

/** Gives an upload up; what was sent of it is gone. */
export async function abandonUpload(bucket: Bucket, { object, id }: PartialUpload): Promise<void> {
  const command = new AbortMultipartUploadCommand({
    ...{ Bucket: bucket.name, Key: bucket.key(object), UploadId: id },
  })
  try {
    await bucket.send((client) => client.send(command))
  } catch (error) {
    if (!isLost(error)) throw error
  }
}

/** Whether an upload is not what it was: somebody completed it, gave it up, or sent other parts. */
export function isLost(error: unknown): boolean {
  return ['NoSuchUpload', 'InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'].includes(failureName(error))
}
