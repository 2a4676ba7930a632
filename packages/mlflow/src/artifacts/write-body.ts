import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MlflowError } from '../errors.ts'
import { connectionFailure } from '../http/failures.ts'
import type { StreamResponse } from '../http/transport.ts'
import type { TransferOptions, TransferProgress } from './artifact-store.ts'

/** Bytes that may wait for the disk; what waits is written together. */
const mostWaiting = 4 * 2 ** 20

/**
 * Writes an answer's body to a file. When it fails, what has arrived stays.
 *
 * @param answer with its body unread
 * @param file made when there is none
 * @param options the artifact's path, and how many bytes of the file are there already; what follows them is replaced
 * @throws MlflowError `corrupted` when the length is not the one that was announced, `connection_failed`,
 *   `timed_out`, `aborted`; errors of the disk as they are
 */
export async function writeBody(
  { headers, body }: StreamResponse,
  file: string,
  { path, from, onProgress, signal }: TransferOptions & { readonly path: string; readonly from: number },
): Promise<void> {
  const endpoint = 'artifacts.download'
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  const sink = createWriteStream(file, {
    flags: from === 0 ? 'w' : 'r+',
    start: from,
    highWaterMark: mostWaiting,
  })
  // What is being written when the connection breaks still arrives in the file.
  const closed = new Promise<void>((resolve) => {
    sink.once('close', () => {
      resolve()
    })
  })
  let firstToFail: 'body' | 'disk' | undefined
  body.once('error', () => (firstToFail ??= 'body'))
  sink.once('error', () => (firstToFail ??= 'disk'))
  const counted = onProgress && progressOf({ path, from, announced, onProgress })
  try {
    await pipeline(counted ? [body, counted, sink] : [body, sink], signal ? { signal } : {})
  } catch (cause) {
    throw firstToFail === 'disk' && signal?.aborted !== true
      ? cause
      : connectionFailure(cause, endpoint, signal)
  } finally {
    await closed
  }
  if (announced !== undefined && sink.bytesWritten !== announced)
    throw new MlflowError(
      'corrupted',
      `${endpoint}: ${path} has ${sink.bytesWritten} bytes; the server announced ${announced}`,
      { endpoint, field: 'path', retryable: true },
    )
}

function progressOf({
  path,
  from,
  announced,
  onProgress,
}: {
  readonly path: string
  readonly from: number
  readonly announced: number | undefined
  readonly onProgress: (progress: TransferProgress) => void
}): Transform {
  let bytesDone = from
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytesDone += chunk.length
      onProgress({ path, bytesDone, bytesTotal: announced === undefined ? bytesDone : from + announced })
      done(null, chunk)
    },
  })
}
