import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { digestFile, isSystemError } from '@claims/contracts/files'
import { sealBundle, type Bundle } from './bundle.ts'
import { directoryFiles, type DirectoryFiles } from './directory-files.ts'
import { inPlace } from '../place-error.ts'
import { refuseExtraFiles } from './refuse-extra-files.ts'
import { exists, recoverAndClean } from './temporary-sibling.ts'

/** How often a bundle that is replaced while it is read is read again. */
const attempts = 5

/**
 * Opens a bundle: reads its every file once, checks SHA-256 and size, and keeps what it checked, so that nothing that
 * becomes of the directory afterwards reaches a reader. A bundle that a writer replaces meanwhile is read again.
 *
 * @param directory the bundle; held in memory, files of at most 2 GiB
 * @returns its manifest and its files
 * @throws ClaimsError `file_not_found` where the directory does not exist; `damaged_bundle` naming the file that
 *   is missing, altered, or extra where scoring would read it (below `model/`, or JSON); `unreadable_storage` where a
 *   file or the directory may not be read; `unsupported_format_version`
 *
 * @example
 * const bundle = await openBundle('fraud-bundle')
 * const policy = policySchema.parse(await bundle.readJson('policy.json'))
 */
export async function openBundle(directory: string): Promise<Bundle> {
  return await readBundle(directory, (files, path) => sealBundle(files, path))
}

/**
 * Works on the files of a bundle in a directory without holding them; each is checked as it is read. Work on a bundle that
 * a writer replaces meanwhile is begun again.
 *
 * @param directory the bundle
 * @param work reads what it needs; it may be done several times
 * @returns what the work returned
 * @throws ClaimsError as `openBundle` does; what the work throws
 */
export async function readBundle<T>(
  directory: string,
  work: (files: DirectoryFiles, path: string) => Promise<T>,
): Promise<T> {
  const path = resolve(directory)
  await inPlace(path, () => requireDirectory(path))
  const digest = (): Promise<string | null> => inPlace(path, () => manifestDigest(path))
  const open = async (): Promise<DirectoryFiles> => {
    const files = await directoryFiles(path)
    await refuseExtraFiles(path, files.manifest)
    return files
  }
  for (let attempt = 1; ; attempt += 1) {
    const before = await digest()
    try {
      return await work(await inPlace(path, open), path)
    } catch (error) {
      if (attempt === attempts || (await digest()) === before) throw error
    }
  }
}

async function requireDirectory(path: string): Promise<void> {
  if (!(await exists(path)) && (await exists(join(path, '..')))) await recoverAndClean(path)
  if (!(await exists(path))) {
    throw new ClaimsError('file_not_found', `There is no bundle at ${path}`, {
      problems: [{ field: path, problem: 'does not exist', allowed: 'the directory of a bundle' }],
    })
  }
  if (!(await stat(path)).isDirectory()) {
    throw new ClaimsError('file_not_found', `${path} is a file, not the directory of a bundle`, {
      problems: [{ field: path, problem: 'is a file', allowed: 'the directory of a bundle' }],
    })
  }
}

/** Tells one bundle at a path from the next; null where there is no manifest. */
async function manifestDigest(directory: string): Promise<string | null> {
  try {
    return (await digestFile(join(directory, 'manifest.json'))).sha256
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
    throw error
  }
}
