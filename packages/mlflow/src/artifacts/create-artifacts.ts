import { artifactEndpoints } from '../endpoints/artifact-endpoints.ts'
import { bind, type Bound } from '../endpoints/bind.ts'
import { loggedModelEndpoints } from '../endpoints/logged-model-endpoints.ts'
import { runEndpoints } from '../endpoints/run-endpoints.ts'
import type { CallOptions, Transport } from '../http/transport.ts'
import type { ArtifactStore, FileInfo, TransferOptions } from './artifact-store.ts'
import { downloadFiles, readArtifact } from './download-files.ts'
import { openStore } from './open-store.ts'
import { requireFile, safePath } from './safe-path.ts'
import { uploadFiles, type UploadedFile } from './upload-files.ts'
import { walk } from './walk.ts'

/** Whose artifacts: a run's, or a logged model's (MLflow 3). */
export type ArtifactOwner =
  { readonly runId: string; readonly modelId?: never } | { readonly modelId: string; readonly runId?: never }

/** How artifacts are checked once they are there. */
export interface VerifyOptions {
  /** `size`: by length; `hash`: what was uploaded is read again and compared by SHA-256; `none`. Default `size`. */
  readonly verify?: 'size' | 'hash' | 'none' | undefined
}

/** The calls on artifacts: files and folders below a run's or a logged model's root. Paths have `/` and no `..`. */
export interface Artifacts extends Bound<typeof artifactEndpoints> {
  /**
   * What lies directly below a folder, or every file below it.
   *
   * @throws MlflowError `unsafe_path` when the server lists what is not in the folder
   */
  list(
    request: ArtifactOwner & { readonly path?: string; readonly recursive?: boolean } & CallOptions,
  ): AsyncGenerator<FileInfo, void, undefined>
  /**
   * Uploads a file into a folder, or a folder's contents, four files at a time, as streams. With `resume`, files that
   * are there with the same size are not sent again.
   *
   * @returns the files by path
   * @throws MlflowError `not_found` when there is no source, `corrupted` when what arrived is not what was sent
   */
  upload(
    request: ArtifactOwner & {
      readonly source: string
      readonly path?: string
      readonly resume?: boolean
    } & VerifyOptions &
      TransferOptions,
  ): Promise<UploadedFile[]>
  /** Uploads bytes, or a text as UTF-8, as one file. @throws MlflowError as `upload` */
  uploadBytes(
    request: ArtifactOwner & { readonly path: string; readonly bytes: Uint8Array | string } & TransferOptions,
  ): Promise<void>
  /**
   * Downloads a file into a folder under its own name, or a folder's contents, four files at a time. Each file has its
   * name only once it is whole. With `resume`, files that are there with the same size are kept.
   *
   * @returns the files on this machine
   * @throws MlflowError `not_found`, `unsafe_path`, `corrupted` when a length or the hash differs
   */
  download(
    request: ArtifactOwner & {
      readonly path?: string
      readonly destination: string
      readonly resume?: boolean
      /** Of a single file, hexadecimal. */
      readonly sha256?: string
    } & TransferOptions,
  ): Promise<string[]>
  /** Bytes of a file. @throws MlflowError `not_found`; `response_too_large` beyond `maxBytes` (default 64 MiB) */
  read(
    request: ArtifactOwner & { readonly path: string; readonly maxBytes?: number } & CallOptions,
  ): Promise<Uint8Array<ArrayBuffer>>
  /** Deletes a file, or a folder with all below. @throws MlflowError `not_found`, `unsupported_by_server` */
  delete(request: ArtifactOwner & { readonly path: string } & CallOptions): Promise<void>
}

/** Roots that are remembered: an address never changes. */
const mostRoots = 256

/** @param transport sends the calls */
export function createArtifacts(transport: Transport): Artifacts {
  const roots = new Map<string, ArtifactStore>()

  async function storeOf({ runId, modelId }: ArtifactOwner, call: CallOptions): Promise<ArtifactStore> {
    const key = runId === undefined ? `model ${modelId}` : `run ${runId}`
    const known = roots.get(key)
    if (known) return known
    const artifactUri =
      runId === undefined
        ? (await transport.call(loggedModelEndpoints.get, { modelId }, call)).info.artifactUri
        : (await transport.call(runEndpoints.get, { runId }, call)).info.artifactUri
    const store = openStore(transport, { artifactUri, runId })
    if (roots.size >= mostRoots) roots.clear()
    roots.set(key, store)
    return store
  }

  return {
    ...bind(transport, artifactEndpoints),
    async *list({ path = '', recursive = false, ...request }) {
      const call = callOf(request)
      const folder = safePath(path, 'artifacts.list')
      const store = await storeOf(request, call)
      if (recursive) yield* walk(store, folder, call)
      else yield* await store.list(folder, call)
    },
    async upload({ source, path = '', resume = false, verify = 'size', ...request }) {
      const folder = safePath(path, 'artifacts.upload')
      const store = await storeOf(request, callOf(request))
      return uploadFiles(store, { source, folder, resume, verify }, transferOf(request))
    },
    async uploadBytes({ path, bytes, ...request }) {
      const file = requireFile(path, 'artifacts.upload')
      const store = await storeOf(request, callOf(request))
      await store.put(
        file,
        { bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes },
        transferOf(request),
      )
    },
    async download({ path = '', destination, resume = false, sha256, ...request }) {
      const from = safePath(path, 'artifacts.download')
      const store = await storeOf(request, callOf(request))
      return downloadFiles(store, { path: from, destination, resume, sha256 }, transferOf(request))
    },
    async read({ path, maxBytes = 64 * 2 ** 20, ...request }) {
      const file = requireFile(path, 'artifacts.read')
      const store = await storeOf(request, callOf(request))
      return readArtifact(store, { path: file, maxBytes }, callOf(request))
    },
    async delete({ path, ...request }) {
      const file = requireFile(path, 'artifacts.delete')
      const store = await storeOf(request, callOf(request))
      await store.remove(file, callOf(request))
    },
  }
}

function callOf({ signal, timeoutMilliseconds }: CallOptions): CallOptions {
  return { ...(signal && { signal }), ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }) }
}

function transferOf(options: TransferOptions): TransferOptions {
  return { ...callOf(options), ...(options.onProgress && { onProgress: options.onProgress }) }
}
