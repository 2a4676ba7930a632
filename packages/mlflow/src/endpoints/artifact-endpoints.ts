import type { artifactSchemas } from './artifact-schemas.ts'

type Schemas = typeof artifactSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./artifact-schemas.ts')).artifactSchemas[name]

/** The endpoints of a run's artifacts. */
export const artifactEndpoints = {
  /** One page of the files and folders of a run. */
  listPage: {
    name: 'artifacts.listPage',
    method: 'GET',
    path: '/api/2.0/mlflow/artifacts/list',
    since: '1.0',
    repeatable: true,
    schemas: schemas('listPage'),
  },
  /** An address to upload a file to. */
  createPresignedUpload: {
    name: 'artifacts.createPresignedUpload',
    method: 'POST',
    path: '/api/2.0/mlflow/artifacts/presigned-upload-url',
    since: '3.12',
    repeatable: true,
    schemas: schemas('createPresignedUpload'),
  },
  /** An address to download a file from. */
  createPresignedDownload: {
    name: 'artifacts.createPresignedDownload',
    method: 'POST',
    path: '/api/2.0/mlflow/artifacts/presigned-download-url',
    since: '3.15',
    repeatable: true,
    schemas: schemas('createPresignedDownload'),
  },
} as const
