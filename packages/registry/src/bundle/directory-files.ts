import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { damagedFile, noSuchFile, parseManifest, type BundleFiles } from '@claims/contracts'
import { isSystemError, sha256, type FileDigest } from '@claims/contracts/files'
import { inPlace } from '../place-error.ts'

/** How many bytes of a file are held at a time. */
const pieceBytes = 1 << 18

/** The files of a bundle in a directory, which can be read in pieces. */
export interface DirectoryFiles extends BundleFiles {
  stream(name: string): AsyncGenerator<Uint8Array, void, undefined>
}

/**
 * The files of a bundle in a directory: its manifest is read now, every other file when it is asked for, and each is
 * checked as it is read. Nothing is held, however large a file is that is streamed.
 *
 * @param directory absolute path
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`; `unreadable_storage` where a file may not be read
 * @example
 * await store.put(await directoryFiles('/var/lib/claims/fraud-bundle'))
 */
export async function directoryFiles(directory: string): Promise<DirectoryFiles> {
  const manifestBytes = await readListed(directory, 'manifest.json')
  const manifest = parseManifest(new TextDecoder().decode(manifestBytes))
  const digestOf = (name: string): FileDigest => {
    const digest = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined
    if (digest === undefined) throw noSuchFile(directory, name, manifest)
    return digest
  }
  return {
    manifest,
    manifestSha256: sha256(manifestBytes),
    read: async (name) => {
      if (name === 'manifest.json') return new Uint8Array(manifestBytes)
      const expected = digestOf(name)
      const bytes = await readListed(directory, name)
      requireDigest({ directory, name, expected }, { sha256: sha256(bytes), bytes: bytes.length })
      return bytes
    },
    stream: async function* (name) {
      if (name === 'manifest.json') yield new Uint8Array(manifestBytes)
      else yield* streamListed({ directory, name, expected: digestOf(name) })
    },
  }
}

interface ListedFile {
  readonly directory: string
  readonly name: string
  readonly expected: FileDigest
}

async function* streamListed(file: ListedFile): AsyncGenerator<Uint8Array, void, undefined> {
  const { directory, name } = file
  const handle = await orMissing(open(join(directory, name), 'r'), file)
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(pieceBytes)
    let bytes = 0
    for (;;) {
      const { bytesRead } = await orMissing(handle.read(buffer, 0, buffer.length), file)
      if (bytesRead === 0) break
      const piece = buffer.subarray(0, bytesRead)
      hash.update(piece)
      bytes += bytesRead
      yield piece
    }
    requireDigest(file, { sha256: hash.digest('hex'), bytes })
  } finally {
    await handle.close()
  }
}

function requireDigest({ directory, name, expected }: ListedFile, found: FileDigest): void {
  if (found.bytes !== expected.bytes)
    throw damagedFile(
      directory,
      name,
      `has ${String(found.bytes)} bytes instead of ${String(expected.bytes)}`,
    )
  if (found.sha256 !== expected.sha256) throw damagedFile(directory, name, 'was altered: its SHA-256 differs')
}

async function readListed(directory: string, name: string): Promise<Uint8Array> {
  return await orMissing(readFile(join(directory, name)), { directory, name })
}

async function orMissing<T>(
  reading: Promise<T>,
  { directory, name }: Pick<ListedFile, 'directory' | 'name'>,
): Promise<T> {
  return await inPlace(join(directory, name), async () => {
    try {
      return await reading
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR'))
        throw damagedFile(directory, name, 'is missing')
      throw error
    }
  })
}
