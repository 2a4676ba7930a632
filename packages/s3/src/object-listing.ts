import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'
import type { PartialUpload } from './multipart.ts'
import { refused } from './refused.ts'

/** An object as a list of the bucket has it. */
export interface ListedObject {
  /** Its name without the prefix of the store. */
  readonly name: string
  /** When it was written by the server's clock, in milliseconds since 1970; whole seconds on many servers. */
  readonly written: number
  readonly bytes: number
}

/** Up to 1,000 objects, and when the server answered. */
export interface ListedPage {
  readonly objects: readonly ListedObject[]
  /** Milliseconds since 1970 by the server's clock, whole seconds. */
  readonly now: number
}

/**
 * Objects whose names begin so, by name.
 *
 * @param after the name that the first one follows; default none
 * @returns at least one page
 * @throws ClaimsError `artifacts_unavailable`, `invalid_configuration`
 */
export async function* listObjects(
  bucket: Bucket,
  beginning: string,
  after = '',
): AsyncGenerator<ListedPage, void, undefined> {
  let token: string | undefined
  do {
    const command = new ListObjectsV2Command({
      ...{ Bucket: bucket.name, Prefix: bucket.key(beginning) },
      ...(token !== undefined && { ContinuationToken: token }),
      ...(token === undefined && after !== '' && { StartAfter: bucket.key(after) }),
    })
    let now: number | null = null
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        now = dateOf(result.response)
        return result
      },
      { step: 'deserialize', name: 'answerTime' },
    )
    const page = await bucket.send((client) => client.send(command))
    const objects = (page.Contents ?? []).map(({ Key = '', LastModified, Size }) => ({
      name: Key.slice(bucket.key('').length),
      written: LastModified?.getTime() ?? Infinity,
      bytes: Size ?? 0,
    }))
    yield { objects, now: requireTime(now, bucket) }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined
  } while (token !== undefined)
}

/** An upload that was begun and neither completed nor given up. */
export interface ListedUpload extends PartialUpload {
  /** When, in milliseconds since 1970 by the server's clock. */
  readonly begun: number
}

/** Uploads of objects of the store that are not completed. */
export async function* listUploads(bucket: Bucket): AsyncGenerator<ListedUpload, void, undefined> {
  let key: string | undefined
  let id: string | undefined
  do {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      ...{ Bucket: bucket.name, Prefix: bucket.key('') },
      ...(key !== undefined && { KeyMarker: key }),
      ...(id !== undefined && { UploadIdMarker: id }),
    })
    const page: ListMultipartUploadsCommandOutput = await bucket.send((client) => client.send(command))
    for (const { Key = '', UploadId, Initiated } of page.Uploads ?? [])
      if (UploadId !== undefined)
        yield {
          ...{ object: Key.slice(bucket.key('').length), id: UploadId },
          begun: Initiated?.getTime() ?? Infinity,
        }
    const more = page.IsTruncated === true
    key = more ? page.NextKeyMarker : undefined
    id = more ? page.NextUploadIdMarker : undefined
  } while (key !== undefined)
}

/** When a server says that it answered. @param response of HTTP */
export function dateOf(response: unknown): number | null {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return null
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return null
  const time = Date.parse(String(headers.date))
  return Number.isNaN(time) ? null : time
}

/** Ages are told by the server's clock or not at all. */
export function requireTime(now: number | null, { place }: Bucket): number {
  if (now !== null) return now
  throw refused('ARTIFACTS_URI', `names ${place}, which says no time`, 'a server whose answers have a Date')
}
