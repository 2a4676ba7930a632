import { loggedModelEndpoints } from '../endpoints/logged-model-endpoints.ts'
import { runEndpoints } from '../endpoints/run-endpoints.ts'
import type { CallOptions, Transport } from '../http/transport.ts'
import type { ArtifactStore, TransferOptions } from './artifact-store.ts'
import type { ArtifactOwner, Artifacts } from './artifacts.ts'
import { downloadFiles, readArtifact } from './download-files.ts'
import { listFolder } from './list-folder.ts'
import type { MultipartOptions } from './multipart.ts'
import { openStore } from './open-store.ts'
import { risingProgress } from './rising-progress.ts'
import { requireFile, safePath } from './safe-path.ts'
import { uploadFiles } from './upload-files.ts'
import { walk } from './walk.ts'

/** The calls that move artifacts. */
export type ArtifactCalls = Pick<
  Artifacts,
  'list' | 'upload' | 'uploadBytes' | 'download' | 'read' | 'delete'
>

/** Roots that are remembered: an address never changes. */
const mostRoots = 256

/**
 * @param transport sends the calls
 * @param multipart which files go in parts
 */
export function createArtifactCalls(transport: Transport, multipart?: MultipartOptions): ArtifactCalls {
  const roots = new Map<string, ArtifactStore>()

  async function storeOf(
    { runId, modelId, artifactUri: given }: ArtifactOwner,
    call: CallOptions,
  ): Promise<ArtifactStore> {
    if (given !== undefined) return openStore(transport, { artifactUri: given, multipart })
    const key = runId === undefined ? `model ${modelId}` : `run ${runId}`
    const known = roots.get(key)
    if (known) return known
    const artifactUri =
      runId === undefined
        ? (await transport.call(loggedModelEndpoints.get, { modelId }, call)).info.artifactUri
        : (await transport.call(runEndpoints.get, { runId }, call)).info.artifactUri
    const store = openStore(transport, { artifactUri, runId, multipart })
    if (roots.size >= mostRoots) roots.clear()
    roots.set(key, store)
    return store
  }

  return {
    async *list({ path = '', recursive = false, ...request }) {
      const call = callOf(request)
      const folder = safePath(path, 'artifacts.list')
      const store = await storeOf(request, call)
      if (recursive) yield* walk(store, folder, call)
      else yield* await listFolder(store, folder, call)
    },
    async upload({ source, path = '', resume = false, verify = 'size', ...request }) {
      const folder = safePath(path, 'artifacts.upload')
      const store = await storeOf(request, callOf(request))
      return uploadFiles(store, { source, folder, resume, verify }, transferOf(request))
    },
    async uploadBytes({ path, bytes, ...request }) {
      const file = requireFile(path, 'artifacts.upload')
      const store = await storeOf(request, callOf(request))
      const { onProgress, ...transfer } = transferOf(request)
      const given = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      const progress = risingProgress(onProgress, file)
      await store.put(file, { bytes: given }, { ...transfer, onProgress: progress.onProgress })
      progress.end(given.length)
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
