import { createReadStream } from 'node:fs'
import { proxyEndpoints } from '../endpoints/proxy-endpoints.ts'
import type { RequestOf, ResponseOf } from '../endpoints/bind.ts'
import { MlflowError } from '../errors.ts'
import type { Transport } from '../http/transport.ts'
import type { TransferOptions } from './artifact-store.ts'

const partBytes = 100 * 2 ** 20

/** A file to upload in parts. */
export interface PartsUpload {
  /** Below the proxied store. */
  readonly artifactPath: string
  /** Below the run's root. */
  readonly path: string
  readonly file: string
  readonly length: number
}

/**
 * Uploads a file in parts to addresses that the server signs, past its proxy. A part that fails is sent again, alone.
 *
 * @returns false where the store takes no parts; nothing is left there then
 * @throws MlflowError when a part fails for good; the parts that were sent are dropped
 */
export async function uploadInParts(
  transport: Transport,
  { artifactPath, path, file, length }: PartsUpload,
  options: TransferOptions,
): Promise<boolean> {
  const { onProgress, ...call } = options
  const numParts = Math.ceil(length / partBytes)
  const place = { artifactPath, path: artifactPath }
  const begun = await begin(transport, { ...place, numParts }, call)
  if (!begun) return false
  const { uploadId, credentials } = begun
  try {
    const parts = []
    let done = 0
    for (const { url, partNumber, headers } of credentials.toSorted((a, b) => a.partNumber - b.partNumber)) {
      const start = (partNumber - 1) * partBytes
      const end = Math.min(length, start + partBytes)
      const answer = await transport.stream({
        ...call,
        endpoint: 'artifacts.uploadPart',
        method: 'PUT',
        target: { url: new URL(url) },
        headers,
        body: { length: end - start, open: () => createReadStream(file, { start, end: end - 1 }) },
        repeatable: true,
      })
      await answer.body.resume().toArray()
      const { etag } = answer.headers
      if (etag === undefined)
        throw new MlflowError(
          'corrupted',
          `artifacts.uploadPart: the store named no ETag for part ${partNumber} of ${path}`,
          {
            endpoint: 'artifacts.uploadPart',
          },
        )
      parts.push({ partNumber, etag, url })
      done += end - start
      onProgress?.({ path, bytesDone: done, bytesTotal: length })
    }
    await transport.call(proxyEndpoints.completeMultipart, { ...place, uploadId, parts }, call)
    return true
  } catch (error) {
    // The first failure is the one to tell; parts that cannot be dropped expire at the store.
    await transport.call(proxyEndpoints.abortMultipart, { ...place, uploadId }).catch(() => undefined)
    throw error
  }
}

async function begin(
  transport: Transport,
  request: RequestOf<typeof proxyEndpoints.createMultipart>,
  call: TransferOptions,
): Promise<ResponseOf<typeof proxyEndpoints.createMultipart> | undefined> {
  try {
    return await transport.call(proxyEndpoints.createMultipart, request, call)
  } catch (error) {
    // Directories, and servers before 2.8, take no parts.
    const refuses =
      error instanceof MlflowError &&
      (error.code === 'unsupported_by_server' ||
        error.status === 501 ||
        error.errorCode === 'NOT_IMPLEMENTED' ||
        error.code === 'server_error' ||
        error.code === 'invalid_argument')
    if (refuses && !error.retryable) return undefined
    throw error
  }
}
