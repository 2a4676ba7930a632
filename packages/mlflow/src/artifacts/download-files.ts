import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { MlflowError } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import type { ArtifactStore, FileInfo, TransferOptions } from './artifact-store.ts'
import { hashFile } from './hash-file.ts'
import { sizeOf } from './size-of.ts'
import { transferFiles } from './transfer-files.ts'
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
 * @throws MlflowError `not_found`, `unsafe_path`, `corrupted`, and what the store throws
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
  const pairs = files.map((file) => ({ ...file, target: join(destination, file.path.slice(prefix)) }))
  await mkdir(destination, { recursive: true })
  await transferFiles(
    pairs,
    async (file, signal) => {
      if (resume && sha256 === undefined && (await isThere(file))) return
      await downloadOne(store, { ...file, sha256 }, { ...options, signal })
    },
    { atATime, signal: options.signal },
  )
  return pairs.map(({ target }) => target)
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

/** Whether the file is on this machine with the size that the server lists. */
async function isThere({ target, fileSize }: FileInfo & { readonly target: string }): Promise<boolean> {
  return fileSize !== undefined && existsSync(target) && (await sizeOf(target)) === fileSize
}

async function downloadOne(
  store: ArtifactStore,
  {
    path,
    target,
    fileSize,
    sha256,
  }: FileInfo & { readonly target: string; readonly sha256: string | undefined },
  options: TransferOptions,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const temporary = `${target}.${randomUUID()}.part`
  try {
    await store.fetch(path, temporary, options)
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
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** What a path is; the folder above it tells. */
async function entryOf(store: ArtifactStore, path: string, options: CallOptions): Promise<FileInfo> {
  if (path === '') return { path, isDir: true }
  const above = posix.dirname(path)
  const entries = await store.list(above === '.' ? '' : above, options)
  const entry = entries.find((one) => one.path === path)
  if (entry) return entry
  throw new MlflowError('not_found', `${endpoint}: there is no artifact ${JSON.stringify(path)}`, {
    endpoint,
    field: 'path',
  })
}
