import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Transform, type Readable } from 'node:stream'
import { proxyEndpoints } from '../endpoints/proxy-endpoints.ts'
import { streamEndpoints } from '../endpoints/stream-endpoints.ts'
import type { StreamRequest, Transport } from '../http/transport.ts'
import type { ArtifactStore, FileInfo, TransferOptions } from './artifact-store.ts'
import { fetchFile } from './fetch-file.ts'
import { uploadInParts } from './multipart.ts'
import { encodePath, joinPath, safePath } from './safe-path.ts'

/** Files of at least so many bytes go in parts where the store takes parts. */
const partsFrom = 500 * 2 ** 20

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
 */
export function createProxyStore(transport: Transport, root: string): ArtifactStore {
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
      const length = 'file' in source ? (await stat(source.file)).size : source.bytes.length
      if ('file' in source && length >= partsFrom) {
        const artifactPath = at(path, endpoint)
        if (await uploadInParts(transport, { artifactPath, path, file: source.file, length }, options)) return
      }
      const { body } = await transport.stream({
        ...options,
        endpoint,
        method: 'PUT',
        target: target(path, endpoint),
        headers: { 'content-type': 'application/octet-stream' },
        body: { length, open: () => opened(path, source, { ...options, length }) },
        repeatable: true,
      })
      await body.resume().toArray()
    },
    fetch: (path, file, options = {}) =>
      fetchFile(transport, { path, file, target: target(path, 'artifacts.download') }, options),
    async remove(path, options = {}) {
      const endpoint = 'artifacts.delete'
      const { body } = await transport.stream({
        ...options,
        endpoint,
        method: 'DELETE',
        target: target(path, endpoint),
        repeatable: true,
      })
      await body.resume().toArray()
    },
  }
}

/** Opens a file or bytes, telling how much has been read. */
export function opened(
  path: string,
  source: { readonly file: string } | { readonly bytes: Uint8Array },
  { length, onProgress }: Pick<TransferOptions, 'onProgress'> & { readonly length: number },
): Readable | Uint8Array {
  if ('bytes' in source) {
    onProgress?.({ path, bytesDone: length, bytesTotal: length })
    return source.bytes
  }
  const file = createReadStream(source.file, { highWaterMark: 256 * 1024 })
  if (!onProgress) return file
  let done = 0
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, next) {
      done += chunk.length
      onProgress({ path, bytesDone: done, bytesTotal: length })
      next(null, chunk)
    },
  })
  file.on('error', (error) => counted.destroy(error))
  return file.pipe(counted)
}
