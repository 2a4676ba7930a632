import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ClaimsError, type ProgressListener } from '@claims/contracts'
import { fileError, unreadable } from './file-error.ts'
import type { TextEncoding } from './text-decoding.ts'

const gunzipAsync = promisify(gunzip)
const readSize = 8 * 1024 * 1024
/** Most bytes of a pipe, or of what a gzip file holds, that are kept in memory at once. */
const maximumHeld = 2 ** 32

/** What can be passed along any reading of a file. */
export interface ReadingOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ProgressListener | undefined
  /** 1-based line of the header of delimited text; without it the header is found. */
  readonly headerRow?: number | undefined
  /** Encoding of text without a byte order mark; without it the encoding is found. */
  readonly encoding?: TextEncoding | undefined
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

/**
 * Opens a file or a pipe for reading from front to back.
 *
 * @returns handle; size, 0 for a pipe; whether it can be opened and read again
 * @throws ClaimsError `file_not_found`, `unreadable_file`
 */
export async function openFile(
  path: string,
): Promise<{ handle: FileHandle; size: number; repeatable: boolean }> {
  const source = basename(path)
  try {
    const handle = await open(path, 'r')
    const status = await handle.stat()
    const kind = status.isDirectory()
      ? 'a folder'
      : status.isFile() || status.isFIFO()
        ? undefined
        : 'a device'
    if (kind !== undefined) {
      await handle.close()
      throw unreadable(source, `is ${kind}`, { allowed: kind === 'a folder' ? 'a file' : 'a file or a pipe' })
    }
    return { handle, size: status.isFile() ? status.size : 0, repeatable: status.isFile() }
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
  const { handle, size, repeatable } = await openFile(path)
  try {
    const hash = createHash('sha256')
    let bytes = Buffer.allocUnsafeSlow(Math.max(size, 64 * 1024))
    let length = 0
    for (;;) {
      throwIfAborted(signal)
      // Without a position, so that a pipe can be read, too.
      const room = length < bytes.length ? bytes.subarray(length, length + readSize) : Buffer.allocUnsafe(1)
      const { bytesRead } = await handle.read(room, 0, room.length, null)
      if (bytesRead === 0) break
      if (length === bytes.length) {
        if (!repeatable && length >= maximumHeld) throw tooLarge(source, 'is a pipe that holds')
        const grown = Buffer.allocUnsafeSlow(bytes.length * 2)
        bytes.copy(grown)
        bytes = grown
        room.copy(bytes, length)
      }
      hash.update(bytes.subarray(length, length + bytesRead))
      length += bytesRead
      onProgress?.({
        kind: 'progress',
        stage: 'read',
        done: length,
        total: repeatable ? size : null,
        unit: 'bytes',
      })
    }
    return { bytes: bytes.subarray(0, length), sha256: hash.digest('hex') }
  } catch (error) {
    throw fileError(error, source)
  } finally {
    await handle.close()
  }
}

function tooLarge(source: string, what: string): ClaimsError {
  return unreadable(source, `${what} more than 4 GiB`, {
    allowed: 'up to 4 GiB to train; CSV and JSON Lines of any size to score',
  })
}

async function decompress(bytes: Buffer, source: string): Promise<Buffer> {
  // The last four bytes of gzip hold the size modulo 2^32: with it as chunk size the output is one allocation.
  const told = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0
  const chunkSize = Math.min(Math.max(told + 64, 65_536), 512 * 1024 * 1024, bytes.length * 1032 + 65_536)
  try {
    return await gunzipAsync(bytes, { chunkSize, maxOutputLength: maximumHeld })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(source, 'holds, decompressed,')
    throw fileError(error, source)
  }
}
