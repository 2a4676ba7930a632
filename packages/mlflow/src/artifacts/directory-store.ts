import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'
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
      const entries = await readdir(folder, { withFileTypes: true }).catch(absent([]))
      return Promise.all(
        entries.map(async (entry): Promise<FileInfo> => {
          const isDir = entry.isDirectory()
          const fileSize = isDir ? undefined : (await stat(join(folder, entry.name))).size
          return { path: joinPath(path, entry.name), isDir, fileSize }
        }),
      )
    },
    async put(path, source, { onProgress, signal } = {}) {
      signal?.throwIfAborted()
      const target = at(path, 'artifacts.upload')
      await mkdir(dirname(target), { recursive: true })
      const temporary = `${target}.${randomUUID()}.tmp`
      try {
        if ('file' in source) await copyFile(source.file, temporary)
        else await writeFile(temporary, source.bytes, { flush: true })
        await rename(temporary, target)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      const { size } = await stat(target)
      onProgress?.({ path, bytesDone: size, bytesTotal: size })
    },
    async fetch(path, file, { onProgress, signal } = {}) {
      signal?.throwIfAborted()
      await copyFile(at(path, 'artifacts.download'), file).catch((cause: unknown) => {
        if (isAbsent(cause)) throw missing(path, cause)
        throw cause
      })
      const { size } = await stat(file)
      onProgress?.({ path, bytesDone: size, bytesTotal: size })
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

function missing(path: string, cause: unknown): MlflowError {
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
