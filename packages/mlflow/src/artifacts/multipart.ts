import { posix } from 'node:path'
import type { RequestOf, ResponseOf } from '../endpoints/bind.ts'
import { proxyEndpoints } from '../endpoints/proxy-endpoints.ts'
import { MlflowError } from '../errors.ts'
import type { CallOptions, Transport } from '../http/transport.ts'
import { workThrough } from '../work-through.ts'
import type { TransferOptions } from './artifact-store.ts'
import { openSource } from './open-source.ts'
import { readToEnd } from './read-to-end.ts'
import { signedAddress } from './signed-address.ts'

/** When files go in parts, past the server's proxy. */
export interface MultipartOptions {
  /** Files of at least so many bytes. Default 500 MiB. */
  readonly fromBytes?: number | undefined
  /** Bytes of a part, but the last; stores want at least 5 MiB. Default 100 MiB. */
  readonly partBytes?: number | undefined
}

/** A file to upload in parts. */
export interface PartsUpload {
  /** Below the proxied store. */
  readonly artifactPath: string
  /** Below the run's root. */
  readonly path: string
  readonly file: string
  readonly length: number
  readonly partBytes: number
}

const endpoint = 'artifacts.uploadPart'
/** More than so many parts no store takes. */
const mostParts = 10_000
const atATime = 4

/**
 * Uploads a file in parts to addresses that the server signs, past its proxy, four at a time. A part that fails is sent
 * again, alone.
 *
 * @returns false where the store takes no parts; nothing is left there then
 * @throws MlflowError when a part fails for good; the parts that were sent are dropped
 */
export async function uploadInParts(
  transport: Transport,
  upload: PartsUpload,
  { onProgress, ...call }: TransferOptions,
): Promise<boolean> {
  const { artifactPath, path, file, length } = upload
  const partBytes = Math.max(upload.partBytes, Math.ceil(length / mostParts))
  // The server puts the name behind the folder.
  const place = { artifactPath: posix.dirname(artifactPath), path: posix.basename(artifactPath) }
  const numParts = Math.ceil(length / partBytes)
  const begun = await begin(transport, { ...place, numParts }, call)
  if (!begun) return false
  const { uploadId, credentials } = begun
  try {
    requireParts(credentials, numParts)
    const parts: { partNumber: number; etag: string; url: string }[] = []
    let done = 0
    await workThrough(
      credentials,
      async ({ url, partNumber, headers }, signal) => {
        const start = (partNumber - 1) * partBytes
        const end = Math.min(length, start + partBytes)
        const piece = { start, length: end - start }
        const answer = await transport.stream({
          ...call,
          signal,
          endpoint,
          method: 'PUT',
          target: { url: signedAddress(url, endpoint) },
          headers,
          body: { length: piece.length, open: () => openSource({ file }, piece) },
          repeatable: true,
        })
        await readToEnd(answer, endpoint, signal)
        parts.push({ partNumber, etag: requireTag(answer.headers.etag, partNumber, path), url })
        done += end - start
        onProgress?.({ path, bytesDone: done, bytesTotal: length })
      },
      { atATime, signal: call.signal },
    )
    parts.sort((a, b) => a.partNumber - b.partNumber)
    await transport.call(proxyEndpoints.completeMultipart, { ...place, uploadId, parts }, call)
    return true
  } catch (error) {
    // The first failure is the one to tell; parts that cannot be dropped expire at the store.
    await transport.call(proxyEndpoints.abortMultipart, { ...place, uploadId }).catch(() => undefined)
    throw error
  }
}

/** Requires that each part has one address. */
function requireParts(credentials: readonly { readonly partNumber: number }[], numParts: number): void {
  const numbers = new Set(credentials.map(({ partNumber }) => partNumber))
  const whole = Array.from({ length: numParts }, (_, index) => numbers.has(index + 1)).every(Boolean)
  if (whole && credentials.length === numParts) return
  throw new MlflowError(
    'invalid_response',
    `${endpoint}: the server signed ${credentials.length} addresses for ${numParts} parts`,
    { endpoint },
  )
}

function requireTag(etag: string | undefined, partNumber: number, path: string): string {
  if (etag !== undefined) return etag
  throw new MlflowError(
    'corrupted',
    `${endpoint}: the store named no ETag for part ${partNumber} of ${path}`,
    { endpoint },
  )
}

async function begin(
  transport: Transport,
  request: RequestOf<typeof proxyEndpoints.createMultipart>,
  call: CallOptions,
): Promise<ResponseOf<typeof proxyEndpoints.createMultipart> | undefined> {
  try {
    return await transport.call(proxyEndpoints.createMultipart, request, call)
  } catch (error) {
    // Stores without parts refuse with this code; servers before 2.8 have no such page.
    const refuses =
      error instanceof MlflowError &&
      (error.code === 'unsupported_by_server' || error.errorCode === 'NOT_IMPLEMENTED')
    if (refuses) return undefined
    throw error
  }
}
