import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MlflowError } from '../errors.ts'
import { connectionFailure } from '../http/failures.ts'
import type { StreamResponse } from '../http/transport.ts'
import type { TransferOptions } from './artifact-store.ts'

/**
 * Writes an answer's body to a file, flushed to the disk. When it fails, what has arrived stays.
 *
 * @param answer with its body unread
 * @param file made when there is none
 * @param options the artifact's path, and how many bytes of the file are there already; what follows them is replaced
 * @throws MlflowError `corrupted` when the length is not the one that was announced, `connection_failed`, `aborted`
 */
export async function writeBody(
  { headers, body }: StreamResponse,
  file: string,
  { path, from, onProgress, signal }: TransferOptions & { readonly path: string; readonly from: number },
): Promise<void> {
  const endpoint = 'artifacts.download'
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  const bytesTotal = announced === undefined ? undefined : from + announced
  let written = 0
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      written += chunk.length
      onProgress?.({ path, bytesDone: from + written, bytesTotal: bytesTotal ?? from + written })
      done(null, chunk)
    },
  })
  try {
    await using handle = await open(file, from === 0 ? 'w' : 'r+')
    const sink = createWriteStream(file, { fd: handle.fd, autoClose: false, start: from })
    await pipeline(body, counted, sink, signal ? { signal } : {})
    if (announced !== undefined && written !== announced)
      throw new MlflowError(
        'corrupted',
        `${endpoint}: ${path} has ${written} bytes; the server announced ${announced}`,
        { endpoint, field: 'path', retryable: true },
      )
    await handle.sync()
  } catch (cause) {
    throw connectionFailure(cause, endpoint, signal)
  }
}
