import { MlflowError } from '../errors.ts'
import type { Transport } from '../http/transport.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { createDirectoryStore, directoryOf } from './directory-store.ts'
import type { MultipartOptions } from './multipart.ts'
import { createPresignedStore } from './presigned-store.ts'
import { createProxyStore, proxiedPath } from './proxy-store.ts'
import { shownRoot } from './root-scheme.ts'

/** Where artifacts are. */
export interface ArtifactRoot {
  /** Such as `mlflow-artifacts:/0/…/artifacts`, `file:///srv/mlflow/0/…` or `s3://bucket/0/…`. */
  readonly artifactUri: string
  /** The run that they belong to; stores that are neither proxied nor a directory are reached through it. */
  readonly runId?: string | undefined
  readonly multipart?: MultipartOptions | undefined
}

/**
 * Opens the store of artifacts by their address: through the server's proxy, as a directory that is shared with the
 * server, or by addresses that the server signs, which it does for S3 only.
 *
 * @param transport sends the calls
 * @param root address and run
 * @throws MlflowError `unsupported_by_server` for a logged model at an address that only the server can reach
 */
export function openStore(
  transport: Transport,
  { artifactUri, runId, multipart }: ArtifactRoot,
): ArtifactStore {
  const proxied = proxiedPath(artifactUri)
  if (proxied !== undefined) return createProxyStore(transport, proxied, multipart)
  const directory = directoryOf(artifactUri)
  if (directory !== undefined) return createDirectoryStore(directory)
  if (runId !== undefined) return createPresignedStore(transport, { runId, artifactUri })
  throw new MlflowError(
    'unsupported_by_server',
    `artifacts: the server keeps logged models at ${shownRoot(artifactUri)}; they are reached through its artifact proxy (--serve-artifacts) or at file: only`,
    { endpoint: 'artifacts', field: 'artifactUri' },
  )
}
