import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  ClaimsError,
  damagedFile,
  parseManifest,
  streamFile,
  type ArtifactStore,
  type BundleFiles,
} from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { MlflowError } from '@claims/mlflow'
import { directoryFiles } from '../bundle/directory-files.ts'
import { below } from './bundle-folder.ts'
import type { MlflowCalls } from './mlflow-failure.ts'
import type { ArtifactFolder } from './model-source.ts'

/** The largest manifest that is read. */
const largestManifest = 16 * 2 ** 20
/** Files that are downloaded at a time. */
const atATime = 4

/** A bundle to fetch. */
export interface BundleFetch {
  readonly folder: ArtifactFolder
  /** Of the model version, for errors. */
  readonly label: string
  /** SHA-256 of the manifest that somebody vouches for; null where nobody does. */
  readonly manifestSha256: string | null
  readonly signal?: AbortSignal | undefined
}

/**
 * Brings a bundle from MLflow into a store. The manifest comes first and is compared with the hash; then only the files that
 * it lists, each checked by size and SHA-256.
 *
 * @param mlflow the client
 * @param cache where it is kept, by the hash of its manifest
 * @param fetch what to fetch
 * @returns the bundle as the store keeps it
 * @throws ClaimsError `damaged_bundle` naming the file; what the store throws
 */
export async function fetchBundle(
  mlflow: MlflowCalls,
  cache: ArtifactStore,
  { folder, label, manifestSha256, signal }: BundleFetch,
): Promise<BundleFiles> {
  if (manifestSha256 !== null) {
    const kept = await openKept(cache, manifestSha256)
    if (kept !== null) return kept
  }
  const call = signal ? { signal } : {}
  const { owner, path } = folder
  const file = async (name: string): Promise<Uint8Array> => {
    try {
      return await mlflow.artifacts.read({
        ...owner,
        ...call,
        path: below(path, name),
        maxBytes: largestManifest,
      })
    } catch (error) {
      throw missing(error, label, name)
    }
  }
  const bytes = await file('manifest.json')
  const hash = sha256(bytes)
  if (manifestSha256 !== null && hash !== manifestSha256)
    throw damagedFile(label, 'manifest.json', 'was altered: its SHA-256 is not that of the version’s tag')
  if (manifestSha256 === null) {
    const kept = await openKept(cache, hash)
    if (kept !== null) return kept
  }
  const manifest = parseManifest(new TextDecoder().decode(bytes))
  const temporary = await mkdtemp(join(tmpdir(), 'claims-mlflow-bundle-'))
  try {
    const download = async (name: string, expected?: { sha256: string; bytes: number }): Promise<void> => {
      const tooLong = new AbortController()
      try {
        await mlflow.artifacts.download({
          ...owner,
          path: below(path, name),
          destination: join(temporary, dirname(name)),
          signal: signal ? AbortSignal.any([signal, tooLong.signal]) : tooLong.signal,
          onProgress: ({ bytesDone, bytesTotal }) => {
            if (expected !== undefined && Math.max(bytesDone, bytesTotal) > expected.bytes) tooLong.abort()
          },
        })
      } catch (error) {
        if (tooLong.signal.aborted)
          throw damagedFile(label, name, `has more than ${String(expected?.bytes)} bytes`)
        throw missing(error, label, name)
      }
    }
    const queue = Object.entries(manifest.files)
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await download(...next)
    }
    await download('manifest.json', { sha256: hash, bytes: bytes.length })
    const results = await Promise.allSettled(Array.from({ length: atATime }, work))
    for (const result of results) if (result.status === 'rejected') throw result.reason
    const files = await named(directoryFiles(temporary), label, temporary)
    if (files.manifestSha256 !== hash) throw damagedFile(label, 'manifest.json', 'changed while it was read')
    await named(cache.put(files), label, temporary)
    return await cache.open(hash)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** The bundle if it is kept whole; one that was damaged since is fetched anew. */
async function openKept(cache: ArtifactStore, hash: string): Promise<BundleFiles | null> {
  try {
    const kept = await cache.open(hash)
    for (const name of Object.keys(kept.manifest.files)) await readToEnd(streamFile(kept, name))
    return kept
  } catch (error) {
    if (error instanceof ClaimsError && ['file_not_found', 'damaged_bundle'].includes(error.code)) return null
    throw error
  }
}

/** What is read is checked on the way. */
async function readToEnd(pieces: AsyncIterator<Uint8Array, void, undefined>): Promise<void> {
  while ((await pieces.next()).done !== true);
}

/** An error of a temporary directory names the version, whose files these are. */
async function named<T>(work: Promise<T>, label: string, temporary: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.code !== 'damaged_bundle') throw error
    throw new ClaimsError('damaged_bundle', error.message.replace(temporary, label), {
      problems: error.problems,
      cause: error,
    })
  }
}

function missing(error: unknown, label: string, name: string): unknown {
  if (!(error instanceof MlflowError)) return error
  if (error.code === 'not_found') return damagedFile(label, name, 'is missing')
  if (error.code === 'response_too_large') return damagedFile(label, name, 'is larger than any manifest')
  return error
}
