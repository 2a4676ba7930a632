import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { MlflowError } from '../errors.ts'
import { connectionFailure } from '../http/failures.ts'
import { nodeErrorCode } from '../node-error.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'
import { openSource } from './open-source.ts'
import { joinPath, safePath } from './safe-path.ts'

/** The directory of a `file:` root or of a plain absolute path, else undefined. */
export function directoryOf(root: string): string | undefined {
  if (root.startsWith('/')) return root
  if (!root.startsWith('file:')) return undefined
  return root.startsWith('file:///') ? fileURLToPath(root) : root.slice('file:'.length)
}

/**
 * Artifacts in a directory that this machine shares with the server.
 *
 * @param directory the root
 */
export function createDirectoryStore(directory: string): ArtifactStore {
  const at = (path: string, endpoint: string): string => join(directory, safePath(path, endpoint))
  return {
    async list(path) {
      const folder = at(path, 'artifacts.list')
      const entries = await readdir(folder).catch(absent([]))
      const found = await Promise.all(
        entries.map(async (name): Promise<FileInfo | undefined> => {
          // A link without an end is nothing.
          const status = await stat(join(folder, name)).catch(absent(undefined))
          if (!status) return undefined
          const isDir = status.isDirectory()
          return { path: joinPath(path, name), isDir, fileSize: isDir ? undefined : status.size }
        }),
      )
      return found.filter((file) => file !== undefined)
    },
    async put(path, source, options = {}) {
      const endpoint = 'artifacts.upload'
      const target = at(path, endpoint)
      await mkdir(dirname(target), { recursive: true })
      const temporary = `${target}.${randomUUID()}.tmp`
      try {
        const length = 'file' in source ? (await stat(source.file)).size : source.bytes.length
        const onRead = (bytesDone: number): void =>
          options.onProgress?.({ path, bytesDone, bytesTotal: length })
        await write(openSource(source, { length, onRead }), temporary, { endpoint, signal: options.signal })
        await rename(temporary, target)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    async fetch(path, file, options = {}) {
      const endpoint = 'artifacts.download'
      const source = at(path, endpoint)
      const status = await stat(source).catch(absent(undefined))
      if (status?.isFile() !== true) throw missing(path)
      const { size: length } = status
      const onRead = (bytesDone: number): void =>
        options.onProgress?.({ path, bytesDone, bytesTotal: length })
      try {
        await write(openSource({ file: source }, { length, endpoint, onRead }), file, {
          endpoint,
          signal: options.signal,
        })
      } catch (error) {
        await rm(file, { force: true })
        throw error
      }
    },
    async remove(path) {
      const target = at(path, 'artifacts.delete')
      await rm(target, { recursive: true }).catch((cause: unknown) => {
        if (isAbsent(cause)) throw missing(path, cause)
        throw cause
      })
    },
  }
}

/** Writes bytes to a new file. @throws MlflowError `aborted`; errors of the disk as they are */
async function write(
  bytes: Readable | Uint8Array,
  file: string,
  { endpoint, signal }: { readonly endpoint: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    if (bytes instanceof Uint8Array) await handle.writeFile(bytes, signal ? { signal } : {})
    else await pipeline(bytes, handle.createWriteStream(), signal ? { signal } : {})
  } catch (cause) {
    throw signal?.aborted === true ? connectionFailure(cause, endpoint, signal) : cause
  } finally {
    await handle.close()
  }
}

function missing(path: string, cause?: unknown): MlflowError {
  return new MlflowError('not_found', `there is no artifact ${JSON.stringify(path)}`, {
    field: 'path',
    cause,
  })
}

const isAbsent = (cause: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(nodeErrorCode(cause) ?? '')

const absent =
  <T>(value: T) =>
  (cause: unknown): T => {
    if (isAbsent(cause)) return value
    throw cause
  }
