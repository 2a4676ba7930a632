import { stat } from 'node:fs/promises'
import { proxyEndpoints } from '../endpoints/proxy-endpoints.ts'
import { streamEndpoints } from '../endpoints/stream-endpoints.ts'
import type { StreamRequest, Transport } from '../http/transport.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'
import { fetchFile } from './fetch-file.ts'
import { uploadInParts, type MultipartOptions } from './multipart.ts'
import { openSource } from './open-source.ts'
import { readToEnd } from './read-to-end.ts'
import { encodePath, joinPath, keepablePath, safePath } from './safe-path.ts'

const defaultFromBytes = 500 * 2 ** 20
const defaultPartBytes = 100 * 2 ** 20

/** The path below the proxied store that an artifact URI names, else undefined. */
export function proxiedPath(root: string): string | undefined {
  const match = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*)$/.exec(root)
  return match?.[1]
}

/**
 * Artifacts behind the server's proxy.
 *
 * @param transport sends the calls
 * @param root path below the proxied store
 * @param multipart which files go in parts where the store takes parts
 */
export function createProxyStore(
  transport: Transport,
  root: string,
  { fromBytes = defaultFromBytes, partBytes = defaultPartBytes }: MultipartOptions = {},
): ArtifactStore {
  const at = (path: string, endpoint: string): string => joinPath(root, safePath(path, endpoint))
  const target = (path: string, endpoint: string): StreamRequest['target'] => ({
    path: streamEndpoints.download.path.replace('{artifact_path}', encodePath(at(path, endpoint))),
  })
  return {
    async list(path, options) {
      const files = await transport.call(proxyEndpoints.list, { path: at(path, 'artifacts.list') }, options)
      // The proxy names the files of a folder without the folder.
      return files.map((file): FileInfo => ({
        ...file,
        path: joinPath(path, safePath(file.path, 'artifacts.list')),
      }))
    },
    async put(path, source, options = {}) {
      const endpoint = 'artifacts.upload'
      keepablePath(path, endpoint)
      const length = 'file' in source ? (await stat(source.file)).size : source.bytes.length
      const onRead = (bytesDone: number): void =>
        options.onProgress?.({ path, bytesDone, bytesTotal: length })
      if ('file' in source && length >= fromBytes) {
        const upload = { artifactPath: at(path, endpoint), path, file: source.file, length, partBytes }
        if (await uploadInParts(transport, upload, options)) return
      }
      const answer = await transport.stream({
        ...options,
        endpoint,
        method: 'PUT',
        target: target(path, endpoint),
        headers: { 'content-type': 'application/octet-stream' },
        body: { length, open: () => openSource(source, { length, onRead }) },
        repeatable: true,
      })
      await readToEnd(answer, endpoint, options.signal)
    },
    fetch: (path, file, options = {}) =>
      fetchFile(
        transport,
        { path, file, place: () => Promise.resolve({ target: target(path, 'artifacts.download') }) },
        options,
      ),
    async remove(path, options = {}) {
      const endpoint = 'artifacts.delete'
      const answer = await transport.stream({
        ...options,
        endpoint,
        method: 'DELETE',
        target: target(path, endpoint),
        repeatable: true,
      })
      await readToEnd(answer, endpoint, options.signal)
    },
  }
}
