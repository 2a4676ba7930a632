import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  ClaimsError,
  damagedFile,
  streamFile,
  type ArtifactStore,
  type BundleFiles,
  type KeptBundle,
  type Removal,
  type RemoveOptions,
} from '@claims/contracts'
import { isSystemError, sha256, writeFlushed } from '@claims/contracts/files'
import { directoryFiles } from '../bundle/directory-files.ts'
import { flushDirectories } from '../bundle/flush-directories.ts'
import { putInPlace } from '../bundle/put-in-place.ts'
import { refuseExtraFiles } from '../bundle/refuse-extra-files.ts'
import { exists, recoverAndClean, temporarySibling } from '../bundle/temporary-sibling.ts'
import { inPlace } from '../place-error.ts'
import { isBundleName, makeYoung, withBundlesLocked } from './artifacts-folder.ts'
import { listBundles } from './list-bundles.ts'
import { removeBundles } from './remove-bundles.ts'

/** Not a model name, so that it may stand beside the directories of models. */
const artifactsFolder = '_artifacts'

/**
 * The artifact store in a directory:
 *
 *     _artifacts/SHA-256/     a bundle by the hash of its manifest
 *     _artifacts/.lock        excludes others while a bundle gets its name, becomes young, or is taken away
 *     NAME/versions/3/        a bundle that product 0.1 registered; it is read where it is, not listed and not removed
 *
 * A bundle is copied to a temporary directory beside its place, flushed, and renamed. Its directory's time of change is
 * the moment of its last `put`. What the file system refuses is `unreadable_storage`, naming the path.
 */
export class DirectoryArtifactStore implements ArtifactStore {
  readonly #root: string
  /** Places of bundles that product 0.1 registered, by hash; such a bundle never moves. */
  readonly #earlier = new Map<string, string>()

  /** @param root directory of the registry; made by the first `put` */
  constructor(root: string) {
    this.#root = resolve(root)
  }

  async put(bundle: BundleFiles): Promise<void> {
    await inPlace(this.#root, () => this.#put(bundle))
  }

  async #put(bundle: BundleFiles): Promise<void> {
    const target = this.#place(bundle.manifestSha256)
    await mkdir(dirname(target), { recursive: true })
    await recoverAndClean(target)
    if (await keptAndYoung(target, bundle.manifestSha256)) return
    const temporary = temporarySibling(target, 'new')
    try {
      await mkdir(temporary)
      // The manifest comes last, so that the directory is not dated by the beginning of a long copy.
      for (const name of [...Object.keys(bundle.manifest.files), 'manifest.json']) {
        await mkdir(dirname(join(temporary, name)), { recursive: true })
        await writeFlushed(join(temporary, name), streamFile(bundle, name))
      }
      await flushDirectories(temporary)
      if (await keptAndYoung(target, bundle.manifestSha256)) await rm(temporary, { recursive: true })
      else await withBundlesLocked(dirname(target), () => putInPlace(temporary, target))
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
  }

  async open(hash: string): Promise<BundleFiles> {
    const directory = await this.locate(hash)
    const files = await directoryFiles(directory)
    if (files.manifestSha256 === hash) return files
    throw damagedFile(directory, 'manifest.json', 'is not what was registered')
  }

  async locate(hash: string): Promise<string> {
    return await inPlace(this.#root, () => this.#locate(hash))
  }

  async #locate(hash: string): Promise<string> {
    const place = this.#place(hash)
    if (await exists(place)) return place
    // Fails where this is a file; then its bundles are not gone.
    if (await exists(dirname(place))) await recoverAndClean(place)
    if (await exists(place)) return place
    const earlier = await this.#earlierPlace(hash)
    if (earlier !== null) return earlier
    throw new ClaimsError('file_not_found', `There is no bundle with the manifest ${hash} in ${this.#root}`, {
      problems: [{ field: 'manifest.json', problem: 'is not kept', allowed: 'a bundle that was registered' }],
    })
  }

  async *list(): AsyncGenerator<KeptBundle, void, undefined> {
    const bundles = listBundles(join(this.#root, artifactsFolder))
    for (;;) {
      const next = await inPlace(this.#root, () => bundles.next())
      if (next.done === true) return
      yield next.value
    }
  }

  async remove(hashes: Iterable<string>, options: RemoveOptions): Promise<Removal> {
    const places = [...new Set(hashes)].map((hash) => this.#place(hash))
    const folder = join(this.#root, artifactsFolder)
    return await inPlace(folder, () => removeBundles(folder, places, options))
  }

  #place(hash: string): string {
    if (!isBundleName(hash)) throw new TypeError(`${hash} is no SHA-256`)
    return join(this.#root, artifactsFolder, hash)
  }

  async #earlierPlace(hash: string): Promise<string | null> {
    let unreadable: ClaimsError | null = null
    if (!this.#earlier.has(hash)) {
      for (const name of await namesIn(this.#root)) {
        const versions = join(this.#root, name, 'versions')
        try {
          await inPlace(versions, () => this.#lookAtEarlier(versions))
        } catch (error) {
          if (!(error instanceof ClaimsError)) throw error
          // One model that may not be read hides no bundle of another.
          unreadable ??= error
        }
      }
    }
    const place = this.#earlier.get(hash)
    if (place === undefined && unreadable !== null) throw unreadable
    return place ?? null
  }

  async #lookAtEarlier(versions: string): Promise<void> {
    for (const version of await namesIn(versions)) {
      const directory = join(versions, version)
      const found = await manifestHash(directory)
      if (found !== null) this.#earlier.set(found, directory)
    }
  }
}

/** Whether a bundle is there whole; then it is young as of now. */
async function keptAndYoung(directory: string, hash: string): Promise<boolean> {
  if (!(await isWhole(directory, hash))) return false
  // It may have been removed since.
  return await withBundlesLocked(dirname(directory), () => makeYoung(directory))
}

async function isWhole(directory: string, hash: string): Promise<boolean> {
  try {
    const files = await directoryFiles(directory)
    if (files.manifestSha256 !== hash) return false
    for (const name of Object.keys(files.manifest.files)) await readToEnd(files.stream(name))
    await refuseExtraFiles(directory, files.manifest)
    return true
  } catch (error) {
    if (error instanceof ClaimsError && ['file_not_found', 'damaged_bundle'].includes(error.code))
      return false
    // It is being removed.
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}

/** What is read is checked on the way. */
async function readToEnd(pieces: AsyncIterator<Uint8Array, void, undefined>): Promise<void> {
  while ((await pieces.next()).done !== true);
}

async function manifestHash(directory: string): Promise<string | null> {
  try {
    return sha256(await readFile(join(directory, 'manifest.json')))
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
    throw error
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}
