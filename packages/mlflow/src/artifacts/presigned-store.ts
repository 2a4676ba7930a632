import { stat } from 'node:fs/promises'
import { artifactEndpoints } from '../endpoints/artifact-endpoints.ts'
import { MlflowError } from '../errors.ts'
import type { CallOptions, Transport } from '../http/transport.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'
import { fetchFile, type FilePlace } from './fetch-file.ts'
import { openSource } from './open-source.ts'
import { readToEnd } from './read-to-end.ts'
import { isSignable, requireSignable, unreachableRoot } from './root-scheme.ts'
import { keepablePath, safePath } from './safe-path.ts'
import { signedAddress } from './signed-address.ts'

/**
 * Artifacts in a store that only the server knows: files travel by addresses that it signs for each.
 *
 * @param transport sends the calls
 * @param run the run, and where its artifacts lie
 */
export function createPresignedStore(
  transport: Transport,
  { runId, artifactUri }: { readonly runId: string; readonly artifactUri: string },
): ArtifactStore {
  /** A server that has not what it takes to read a root answers 500. */
  const listed = (error: unknown): unknown =>
    error instanceof MlflowError && error.status === 500 && !isSignable(artifactUri)
      ? unreachableRoot(artifactUri, 'artifacts.list', error)
      : error
  return {
    async list(path, options) {
      const found: FileInfo[] = []
      let pageToken: string | undefined
      do {
        const page = await transport
          .call(
            artifactEndpoints.listPage,
            {
              runId,
              path: safePath(path, 'artifacts.list'),
              ...(pageToken !== undefined && { pageToken }),
            },
            options,
          )
          .catch((error: unknown) => {
            throw listed(error)
          })
        found.push(...page.items.map((file) => ({ ...file, path: safePath(file.path, 'artifacts.list') })))
        pageToken = page.nextPageToken === '' ? undefined : page.nextPageToken
      } while (pageToken !== undefined)
      return found
    },
    async put(path, source, options = {}) {
      const endpoint = 'artifacts.upload'
      requireSignable(artifactUri, endpoint)
      const length = 'file' in source ? (await stat(source.file)).size : source.bytes.length
      const { presignedUrl, headers } = await transport.call(
        artifactEndpoints.createPresignedUpload,
        { runId, path: keepablePath(path, endpoint) },
        callOf(options),
      )
      const onRead = (bytesDone: number): void =>
        options.onProgress?.({ path, bytesDone, bytesTotal: length })
      const answer = await transport.stream({
        ...options,
        endpoint,
        method: 'PUT',
        target: { url: signedAddress(presignedUrl, endpoint) },
        headers,
        body: { length, open: () => openSource(source, { length, onRead }) },
        repeatable: true,
      })
      await readToEnd(answer, endpoint, options.signal)
    },
    async fetch(path, file, options = {}) {
      const endpoint = 'artifacts.download'
      requireSignable(artifactUri, endpoint)
      const place = async (): Promise<FilePlace> => {
        const { presignedUrl, headers } = await transport.call(
          artifactEndpoints.createPresignedDownload,
          { runId, path: safePath(path, endpoint) },
          callOf(options),
        )
        return { target: { url: signedAddress(presignedUrl, endpoint) }, headers }
      }
      await fetchFile(transport, { path, file, place }, options)
    },
    remove(path) {
      return Promise.reject(
        new MlflowError(
          'unsupported_by_server',
          `artifacts.delete: ${JSON.stringify(path)} lies in a store that is deleted from only through the server's artifact proxy (--serve-artifacts)`,
          { endpoint: 'artifacts.delete', field: 'path' },
        ),
      )
    },
  }
}

function callOf({ signal, timeoutMilliseconds }: CallOptions): CallOptions {
  return { ...(signal && { signal }), ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }) }
}
