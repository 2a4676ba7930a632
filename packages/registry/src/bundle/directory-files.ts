import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleFiles } from '@claims/contracts'
import { isSystemError, sha256 } from '@claims/contracts/files'
import { noSuchFile } from './bundle.ts'
import { damagedFile } from './damaged-file.ts'
import { inPlace } from '../place-error.ts'
import { parseManifest } from './parse-manifest.ts'

/**
 * The files of a bundle in a directory: its manifest is read now, every other file when it is asked for, and each is
 * checked as it is read.
 *
 * @param directory absolute path
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`; `unreadable_storage` where a file may not be read
 */
export async function directoryFiles(directory: string): Promise<BundleFiles> {
  const manifestBytes = await readListed(directory, 'manifest.json')
  const manifest = parseManifest(new TextDecoder().decode(manifestBytes))
  return {
    manifest,
    manifestSha256: sha256(manifestBytes),
    read: async (name) => {
      if (name === 'manifest.json') return new Uint8Array(manifestBytes)
      if (!Object.hasOwn(manifest.files, name)) throw noSuchFile(directory, name, manifest)
      const expected = manifest.files[name]
      const bytes = await readListed(directory, name)
      if (bytes.length !== expected?.bytes)
        throw damagedFile(
          directory,
          name,
          `has ${String(bytes.length)} bytes instead of ${String(expected?.bytes)}`,
        )
      if (sha256(bytes) !== expected.sha256)
        throw damagedFile(directory, name, 'was altered: its SHA-256 differs')
      return bytes
    },
  }
}

async function readListed(directory: string, name: string): Promise<Uint8Array> {
  return await inPlace(join(directory, name), async () => {
    try {
      return await readFile(join(directory, name))
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR'))
        throw damagedFile(directory, name, 'is missing')
      throw error
    }
  })
}
