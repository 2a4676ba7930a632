/** The endpoints of the artifact proxy that carry bytes, sent by `Transport.stream`. */
export const streamEndpoints = {
  /** A file's bytes. */
  download: {
    name: 'proxy.download',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts/{artifact_path}',
    since: '1.23',
    repeatable: true,
  },
  /** Puts a file. */
  upload: {
    name: 'proxy.upload',
    method: 'PUT',
    path: '/api/2.0/mlflow-artifacts/artifacts/{artifact_path}',
    since: '1.23',
    repeatable: true,
  },
  /** Deletes a file or a folder. */
  delete: {
    name: 'proxy.delete',
    method: 'DELETE',
    path: '/api/2.0/mlflow-artifacts/artifacts/{artifact_path}',
    since: '1.23',
    repeatable: true,
  },
} as const
