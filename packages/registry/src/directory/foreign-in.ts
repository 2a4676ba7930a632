import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isSystemError, sha256 } from '@claims/contracts/files'
import { listFiles } from '../bundle/list-files.ts'
import { touchName } from './artifacts-folder.ts'

/** What file managers and network file systems leave in a folder. */
const ofSystem = /(^|\/)\.(DS_Store|nfs[0-9a-f]+)$/

/**
 * Why a directory is not, or not only, the bundle that its name states: its manifest has another hash, or there is a file
 * that the manifest does not list and that would be lost with it.
 *
 * @param directory named by the SHA-256 of its manifest
 * @returns the end of a sentence; null where there is the bundle, or a part of it, and nothing else
 */
export async function foreignIn(directory: string): Promise<string | null> {
  const names = await listedNames(directory)
  if (names === null) return 'holds no manifest of its name'
  const { files, others } = await listFiles(directory).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return { files: [], others: [] }
    throw error
  })
  const foreign = [...files, ...others].find(
    (name) => name !== 'manifest.json' && name !== touchName && !names.has(name) && !ofSystem.test(name),
  )
  return foreign === undefined ? null : `holds ${foreign}, which is not the bundle's`
}

/** Files of the manifest, of whatever format; null where it is not the one that was put. */
async function listedNames(directory: string): Promise<ReadonlySet<string> | null> {
  try {
    const bytes = await readFile(join(directory, 'manifest.json'))
    if (sha256(bytes) !== basename(directory)) return null
    const content: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof content !== 'object' || content === null || !('files' in content)) return null
    return typeof content.files === 'object' && content.files !== null
      ? new Set(Object.keys(content.files))
      : null
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
    throw error
  }
}
