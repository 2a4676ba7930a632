import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { MlflowError } from '../errors.ts'
import { workThrough } from '../work-through.ts'
import type { ArtifactStore, FileInfo, TransferOptions } from './artifact-store.ts'
import { hashFile } from './hash-file.ts'
import { risingProgress } from './rising-progress.ts'
import { sourceFiles, type SourceFile } from './source-files.ts'

/** A file that is among the artifacts. */
export interface UploadedFile {
  readonly path: string
  readonly bytes: number
  /** Hexadecimal; where the upload was verified by hash. */
  readonly sha256?: string | undefined
}

/** What to upload. */
export interface FilesUpload {
  readonly source: string
  readonly folder: string
  readonly resume: boolean
  readonly verify: 'size' | 'hash' | 'none'
}

const endpoint = 'artifacts.upload'
const atATime = 4

/**
 * Uploads a file or a folder's contents.
 *
 * @throws MlflowError `not_found`, `corrupted`, and what the store throws
 */
export async function uploadFiles(
  store: ArtifactStore,
  { source, folder, resume, verify }: FilesUpload,
  options: TransferOptions,
): Promise<UploadedFile[]> {
  const files = await sourceFiles(source, folder)
  const before = resume ? await sizes(store, files, options) : new Map<string, number | undefined>()
  const wanting = files.filter(({ path, bytes }) => !resume || before.get(path) !== bytes)
  await workThrough(
    wanting,
    async ({ path, file, bytes }, signal) => {
      const progress = risingProgress(options.onProgress, path)
      await store.put(path, { file }, { ...options, signal, onProgress: progress.onProgress })
      progress.end(bytes)
    },
    { atATime, signal: options.signal },
  )
  if (verify !== 'none') requireSizes(wanting, await sizes(store, wanting, options))
  const hashes = new Map<string, string>()
  if (verify === 'hash')
    await workThrough(
      files,
      async (file, signal) => {
        hashes.set(file.path, await sameHash(store, file, { ...options, signal, onProgress: undefined }))
      },
      { atATime, signal: options.signal },
    )
  return files.map(({ path, bytes }) => ({
    path,
    bytes,
    ...(verify === 'hash' && { sha256: hashes.get(path) }),
  }))
}

/** The sizes that the store tells, by path. */
async function sizes(
  store: ArtifactStore,
  files: readonly SourceFile[],
  { signal, timeoutMilliseconds }: TransferOptions,
): Promise<Map<string, number | undefined>> {
  const folders = [...new Set(files.map(({ path }) => posix.dirname(path)))]
  const found: FileInfo[] = []
  const call = { ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }) }
  await workThrough(
    folders,
    async (folder, stop) => {
      found.push(...(await store.list(folder === '.' ? '' : folder, { ...call, signal: stop })))
    },
    { atATime, signal },
  )
  return new Map(found.filter(({ isDir }) => !isDir).map(({ path, fileSize }) => [path, fileSize]))
}

function requireSizes(files: readonly SourceFile[], there: ReadonlyMap<string, number | undefined>): void {
  for (const { path, bytes } of files) {
    const size = there.get(path)
    if (there.has(path) && (size === undefined || size === bytes)) continue
    throw new MlflowError(
      'corrupted',
      `${endpoint}: ${path} has ${size ?? 'no'} bytes in the store; ${bytes} were sent`,
      { endpoint, field: 'path', retryable: true },
    )
  }
}

async function sameHash(
  store: ArtifactStore,
  { path, file }: SourceFile,
  options: TransferOptions,
): Promise<string> {
  const copy = join(tmpdir(), `mlflow-verify-${randomUUID()}`)
  try {
    await store.fetch(path, copy, options)
    const [sent, there] = await Promise.all([hashFile(file), hashFile(copy)])
    if (sent === there) return sent
    throw new MlflowError('corrupted', `${endpoint}: ${path} in the store is not what was sent`, {
      endpoint,
      field: 'path',
      retryable: true,
    })
  } finally {
    await rm(copy, { force: true })
  }
}
