import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fileError } from './file-error.ts'
import { openFile, throwIfAborted, type ReadingOptions } from './load-file.ts'

const chunkSize = 1024 * 1024

/**
 * The contents of a file in parts, decompressed when it is gzip by its first bytes. Parts hold their own memory.
 *
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `aborted`
 */
export async function* byteChunks(path: string, { signal }: ReadingOptions): AsyncGenerator<Buffer> {
  const { handle } = await openFile(path)
  try {
    const magic = Buffer.alloc(2)
    await handle.read(magic, 0, 2, 0)
    const stored = handle.createReadStream({ start: 0, highWaterMark: chunkSize, autoClose: false })
    const compressed = magic[0] === 0x1f && magic[1] === 0x8b
    // A failure of the file destroys the decompressor with the same error, which the loop below then throws.
    const chunks = compressed ? pipeline(stored, createGunzip({ chunkSize }), () => undefined) : stored
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
