import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ClaimsError, type ProgressListener } from '@claims/contracts'
import { fileError, unreadable } from './file-error.ts'

const gunzipAsync = promisify(gunzip)
const readSize = 8 * 1024 * 1024

/** What can be passed along any reading of a file. */
export interface ReadingOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: ProgressListener
}

/** A file in memory. */
export interface LoadedFile {
  /** Contents, decompressed. */
  readonly bytes: Buffer
  /** Name without folders. */
  readonly source: string
  /** SHA-256 of the file as it is stored, hexadecimal. */
  readonly sha256: string
  /** Size of the file as it is stored. */
  readonly size: number
  readonly compressed: boolean
}

/**
 * Reads a file, hashes it on the way, and decompresses it when it is gzip by its first bytes.
 *
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `aborted`
 */
export async function loadFile(path: string, options: ReadingOptions = {}): Promise<LoadedFile> {
  const source = basename(path)
  const stored = await readAll(path, source, options)
  const compressed = stored.bytes[0] === 0x1f && stored.bytes[1] === 0x8b
  const bytes = compressed ? await decompress(stored.bytes, source) : stored.bytes
  throwIfAborted(options.signal)
  return { bytes, source, sha256: stored.sha256, size: stored.bytes.length, compressed }
}

/** Opens a file for reading. @throws ClaimsError `file_not_found`, `unreadable_file` */
export async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  const source = basename(path)
  try {
    const handle = await open(path, 'r')
    const status = await handle.stat()
    if (status.isDirectory()) {
      await handle.close()
      throw unreadable(source, 'is a folder', { allowed: 'a file' })
    }
    return { handle, size: status.size }
  } catch (error) {
    throw fileError(error, source)
  }
}

/** @throws ClaimsError `aborted` */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ClaimsError('aborted', 'Reading was aborted', { cause: signal.reason })
}

async function readAll(
  path: string,
  source: string,
  { signal, onProgress }: ReadingOptions,
): Promise<{ bytes: Buffer; sha256: string }> {
  const { handle, size } = await openFile(path)
  try {
    const hash = createHash('sha256')
    let bytes = Buffer.allocUnsafeSlow(Math.max(size, 1024))
    let length = 0
    for (;;) {
      throwIfAborted(signal)
      if (length === bytes.length) {
        const probe = await handle.read(Buffer.alloc(1), 0, 1, length)
        if (probe.bytesRead === 0) break
        const grown = Buffer.allocUnsafeSlow(bytes.length * 2)
        bytes.copy(grown)
        bytes = grown
      }
      const { bytesRead } = await handle.read(
        bytes,
        length,
        Math.min(readSize, bytes.length - length),
        length,
      )
      if (bytesRead === 0) break
      hash.update(bytes.subarray(length, length + bytesRead))
      length += bytesRead
      onProgress?.({ kind: 'progress', stage: 'read', done: length, total: size, unit: 'bytes' })
    }
    return { bytes: bytes.subarray(0, length), sha256: hash.digest('hex') }
  } catch (error) {
    throw fileError(error, source)
  } finally {
    await handle.close()
  }
}

async function decompress(bytes: Buffer, source: string): Promise<Buffer> {
  // The last four bytes of gzip hold the size modulo 2^32: with it as chunk size the output is one allocation.
  const told = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0
  const chunkSize = Math.min(Math.max(told + 64, 65_536), 512 * 1024 * 1024, bytes.length * 1032 + 65_536)
  try {
    return await gunzipAsync(bytes, { chunkSize })
  } catch (error) {
    throw fileError(error, source)
  }
}
