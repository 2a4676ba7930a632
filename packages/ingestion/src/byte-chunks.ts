import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fileError } from './file-error.ts'
import { openFile, throwIfAborted, type ReadingOptions } from './load-file.ts'

const chunkSize = 1024 * 1024
const storedSize = 256 * 1024

/**
 * The contents of a file in parts, decompressed when it is gzip by its first bytes. A part is valid until
 * the next one is asked for.
 *
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `aborted`
 */
export async function* byteChunks(path: string, { signal }: ReadingOptions): AsyncGenerator<Buffer> {
  const { handle } = await openFile(path)
  try {
    const magic = Buffer.alloc(2)
    await handle.read(magic, 0, 2, 0)
    const compressed = magic[0] === 0x1f && magic[1] === 0x8b
    // A failure of the file destroys the decompressor with the same error, which the loop below then throws.
    const chunks = compressed
      ? pipeline(
          Readable.from(storedChunks(handle, () => Buffer.allocUnsafeSlow(storedSize))),
          createGunzip({ chunkSize }),
          () => undefined,
        )
      : storedChunks(handle, always(Buffer.allocUnsafeSlow(chunkSize)))
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

async function* storedChunks(handle: FileHandle, room: () => Buffer): AsyncGenerator<Buffer> {
  let position = 0
  for (;;) {
    const buffer = room()
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

function always<T>(value: T): () => T {
  return () => value
}
