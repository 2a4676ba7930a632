import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fileError } from './file-error.ts'
import { openFile, throwIfAborted, type ReadingOptions } from './load-file.ts'

const chunkSize = 1024 * 1024
const storedSize = 256 * 1024

/**
 * The contents of a file or a pipe in parts from front to back, decompressed when it is gzip by its first bytes. A part
 * is valid until the next one is asked for.
 *
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `aborted`
 */
export async function* byteChunks(path: string, { signal }: ReadingOptions): AsyncGenerator<Buffer> {
  const { handle } = await openFile(path)
  try {
    const first = await firstChunk(handle)
    const compressed = first[0] === 0x1f && first[1] === 0x8b
    // A failure of the file destroys the decompressor with the same error, which the loop below then throws.
    const chunks = compressed
      ? pipeline(
          Readable.from(storedChunks(handle, { first, room: () => Buffer.allocUnsafeSlow(storedSize) })),
          createGunzip({ chunkSize }),
          () => undefined,
        )
      : storedChunks(handle, { first, room: always(Buffer.allocUnsafeSlow(chunkSize)) })
    for await (const chunk of chunks) {
      throwIfAborted(signal)
      yield chunk as Buffer
    }
  } catch (error) {
    throw fileError(error, basename(path))
  } finally {
    await handle.close()
  }
}

/** The first bytes: at least two of them, unless there are no more. */
async function firstChunk(handle: FileHandle): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(storedSize)
  let length = 0
  while (length < 2) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

async function* storedChunks(
  handle: FileHandle,
  { first, room }: { readonly first: Buffer; readonly room: () => Buffer },
): AsyncGenerator<Buffer> {
  if (first.length === 0) return
  yield first
  for (;;) {
    const buffer = room()
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

function always<T>(value: T): () => T {
  return () => value
}
