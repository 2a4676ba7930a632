import { createReadStream } from 'node:fs'
import { Transform, type Readable } from 'node:stream'
import { MlflowError } from '../errors.ts'

/** Bytes to send. */
export type Source = { readonly file: string } | { readonly bytes: Uint8Array }

/** Which bytes, and who is told of them. */
export interface Piece {
  /** Where the bytes begin. Default 0. */
  readonly start?: number
  readonly length: number
  /** Operation for errors. Default `artifacts.upload`. */
  readonly endpoint?: string
  /** Told how many of the bytes have been read. */
  readonly onRead?: ((bytes: number) => void) | undefined
}

/**
 * Opens a source: exactly as many bytes as were announced, whatever happens to the file.
 *
 * @param source a file or bytes
 * @param piece which bytes
 * @returns the bytes; the stream fails with MlflowError `invalid_argument` when the file has become shorter, or cannot
 *   be read
 */
export function openSource(
  source: Source,
  { start = 0, length, endpoint = 'artifacts.upload', onRead }: Piece,
): Readable | Uint8Array {
  if ('bytes' in source || length === 0) {
    onRead?.(length)
    return 'bytes' in source ? source.bytes : new Uint8Array()
  }
  const refuse = (problem: string, cause?: unknown): MlflowError =>
    new MlflowError('invalid_argument', `${endpoint}: ${source.file} ${problem}`, {
      endpoint,
      field: 'source',
      cause,
    })
  let read = 0
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, next) {
      read += chunk.length
      onRead?.(read)
      next(null, chunk)
    },
    flush(next) {
      next(read === length ? null : refuse('has become shorter while it was sent'))
    },
  })
  const file = createReadStream(source.file, { start, end: start + length - 1, highWaterMark: 2 ** 20 })
  file.on('error', (cause) => counted.destroy(refuse('cannot be read', cause)))
  counted.on('close', () => file.destroy())
  return file.pipe(counted)
}
