import type { proxySchemas } from './artifact-schemas.ts'

type Schemas = typeof proxySchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./artifact-schemas.ts')).proxySchemas[name]

/** The endpoints of the artifact proxy that speak JSON. */
export const proxyEndpoints = {
  /** Files and folders of the proxied store. */
  list: {
    name: 'proxy.list',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts',
    since: '1.23',
    repeatable: true,
    schemas: schemas('list'),
  },
  /** Begins an upload in parts. */
  createMultipart: {
    name: 'proxy.createMultipart',
    method: 'POST',
    path: '/api/2.0/mlflow-artifacts/mpu/create/{artifact_path}',
    since: '2.8',
    repeatable: false,
    schemas: schemas('createMultipart'),
  },
  /** Puts the parts together. */
  completeMultipart: {
    name: 'proxy.completeMultipart',
    method: 'POST',
    path: '/api/2.0/mlflow-artifacts/mpu/complete/{artifact_path}',
    since: '2.8',
    repeatable: false,
    schemas: schemas('completeMultipart'),
  },
  /** Drops the parts. */
  abortMultipart: {
    name: 'proxy.abortMultipart',
    method: 'POST',
    path: '/api/2.0/mlflow-artifacts/mpu/abort/{artifact_path}',
    since: '2.8',
    repeatable: true,
    schemas: schemas('abortMultipart'),
  },
} as const
