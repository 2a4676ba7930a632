import { artifactEndpoints } from '../endpoints/artifact-endpoints.ts'
import { bind } from '../endpoints/bind.ts'
import type { Transport } from '../http/transport.ts'
import type { ArtifactCalls } from './artifact-calls.ts'
import type { Artifacts } from './artifacts.ts'
import type { MultipartOptions } from './multipart.ts'

/**
 * @param transport sends the calls
 * @param multipart which files go in parts
 */
export function createArtifacts(transport: Transport, multipart?: MultipartOptions): Artifacts {
  let loading: Promise<ArtifactCalls> | undefined
  // Loaded at the first call: importing this package takes less time than that code does.
  const load = async (): Promise<ArtifactCalls> =>
    (await import('./artifact-calls.ts')).createArtifactCalls(transport, multipart)
  const calls = (): Promise<ArtifactCalls> => (loading ??= load())
  return {
    ...bind(transport, artifactEndpoints),
    async *list(request) {
      yield* (await calls()).list(request)
    },
    upload: async (request) => (await calls()).upload(request),
    uploadBytes: async (request) => (await calls()).uploadBytes(request),
    download: async (request) => (await calls()).download(request),
    read: async (request) => (await calls()).read(request),
    delete: async (request) => (await calls()).delete(request),
  }
}
