import { randomUUID } from 'node:crypto'
import { lstat, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { MlflowError } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import { nodeErrorCode } from '../node-error.ts'
import { workThrough } from '../work-through.ts'
import type { ArtifactStore, FileInfo, TransferOptions } from './artifact-store.ts'
import { hashFile } from './hash-file.ts'
import { listFolder } from './list-folder.ts'
import { makeFolder } from './make-folder.ts'
import { risingProgress } from './rising-progress.ts'
import { sizeOf } from './size-of.ts'
import { walk } from './walk.ts'

/** What to download. */
export interface FilesDownload {
  readonly path: string
  readonly destination: string
  readonly resume: boolean
  readonly sha256: string | undefined
}

const endpoint = 'artifacts.download'
const atATime = 4

/**
 * Downloads a file or a folder's contents.
 *
 * @returns the files on this machine
 * @throws MlflowError `not_found`, `unsafe_path`, `corrupted`, `already_exists` for a folder where a file is to be or the
 *   reverse, and what the store throws
 */
export async function downloadFiles(
  store: ArtifactStore,
  { path, destination, resume, sha256 }: FilesDownload,
  options: TransferOptions,
): Promise<string[]> {
  const entry = await entryOf(store, path, options)
  if (sha256 !== undefined && entry.isDir)
    throw new MlflowError(
      'invalid_argument',
      `${endpoint}: sha256 is of a single file; ${path} is a folder`,
      {
        endpoint,
        field: 'sha256',
      },
    )
  const files: FileInfo[] = []
  if (entry.isDir) for await (const file of walk(store, path, options)) files.push(file)
  else files.push(entry)
  const base = entry.isDir ? path : posix.dirname(path)
  const prefix = base === '' || base === '.' ? 0 : base.length + 1
  const pairs = files.map((file) => ({ ...file, destination, below: file.path.slice(prefix), sha256 }))
  await makeFolder(destination, '')
  await workThrough(
    pairs,
    async (file, signal) => {
      if (!(resume && (await isThere(file)))) await downloadOne(store, file, { ...options, signal })
    },
    { atATime, signal: options.signal },
  )
  return pairs.map(({ below }) => join(destination, below))
}

/**
 * The bytes of a file.
 *
 * @throws MlflowError `not_found`, `response_too_large`, and what the store throws
 */
export async function readArtifact(
  store: ArtifactStore,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
  options: CallOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  // Old servers answer a file that is missing as their own failure; the folder above tells.
  const entry = await entryOf(store, path, options)
  if ((entry.fileSize ?? 0) > maxBytes) throw tooLong(path, maxBytes)
  const tooLarge = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, tooLarge.signal]) : tooLarge.signal
  const file = join(tmpdir(), `mlflow-artifact-${randomUUID()}`)
  try {
    await store.fetch(path, file, {
      ...options,
      signal,
      onProgress: ({ bytesDone, bytesTotal }) => {
        if (Math.max(bytesDone, bytesTotal) > maxBytes) tooLarge.abort()
      },
    })
    if (!tooLarge.signal.aborted) return new Uint8Array(await readFile(file))
  } catch (error) {
    if (!tooLarge.signal.aborted) throw error
  } finally {
    await rm(file, { force: true })
  }
  throw tooLong(path, maxBytes)
}

function tooLong(path: string, maxBytes: number): MlflowError {
  return new MlflowError('response_too_large', `artifacts.read: ${path} has more than ${maxBytes} bytes`, {
    endpoint: 'artifacts.read',
    field: 'maxBytes',
  })
}

interface Download extends FileInfo {
  readonly destination: string
  /** Path below the destination. */
  readonly below: string
  readonly sha256: string | undefined
}

/** Whether the file is on this machine with the size that the server lists, and the hash. A link is not it. */
async function isThere({ destination, below, fileSize, sha256 }: Download): Promise<boolean> {
  const target = join(destination, below)
  const found = await lstat(target).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(nodeErrorCode(error) ?? '')) return undefined
    throw error
  })
  if (found?.isFile() !== true || found.size !== fileSize) return false
  return sha256 === undefined || (await hashFile(target)) === sha256.toLowerCase()
}

async function downloadOne(store: ArtifactStore, file: Download, options: TransferOptions): Promise<void> {
  const { path, destination, below, fileSize, sha256 } = file
  const above = posix.dirname(below)
  const folder = await makeFolder(destination, above === '.' ? '' : above)
  const target = join(folder, posix.basename(below))
  const temporary = `${target}.${randomUUID()}.part`
  const progress = risingProgress(options.onProgress, path)
  try {
    await store.fetch(path, temporary, { ...options, onProgress: progress.onProgress })
    const bytes = await sizeOf(temporary)
    const wrong =
      fileSize !== undefined && bytes !== fileSize
        ? `has ${bytes} bytes; the server lists ${fileSize}`
        : sha256 !== undefined && (await hashFile(temporary)) !== sha256.toLowerCase()
          ? 'has another SHA-256'
          : undefined
    if (wrong !== undefined)
      throw new MlflowError('corrupted', `${endpoint}: ${path} ${wrong}`, {
        endpoint,
        field: 'path',
        retryable: true,
      })
    await rename(temporary, target).catch((cause: unknown) => {
      if (!['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(nodeErrorCode(cause) ?? '')) throw cause
      throw new MlflowError(
        'already_exists',
        `${endpoint}: ${target} is a folder, but a file is to be there`,
        {
          endpoint,
          field: 'destination',
          cause,
        },
      )
    })
    progress.end(bytes)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** What a path is; the folder above it tells. */
async function entryOf(store: ArtifactStore, path: string, options: CallOptions): Promise<FileInfo> {
  if (path === '') return { path, isDir: true }
  const above = posix.dirname(path)
  const entries = await listFolder(store, above === '.' ? '' : above, options)
  const entry = entries.find((one) => one.path === path)
  if (entry) return entry
  throw new MlflowError('not_found', `${endpoint}: there is no artifact ${JSON.stringify(path)}`, {
    endpoint,
    field: 'path',
  })
}
