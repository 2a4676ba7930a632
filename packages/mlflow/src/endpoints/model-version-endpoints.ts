import type { modelVersionSchemas } from './model-schemas.ts'

type Schemas = typeof modelVersionSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./model-schemas.ts')).modelVersionSchemas[name]

/** The endpoints of model versions. */
export const modelVersionEndpoints = {
  /** Adds a version to a registered model. */
  create: {
    name: 'modelVersions.create',
    method: 'POST',
    path: '/api/2.0/mlflow/model-versions/create',
    since: '1.4',
    repeatable: false,
    schemas: schemas('create'),
  },
  /** Describes a version. */
  update: {
    name: 'modelVersions.update',
    method: 'PATCH',
    path: '/api/2.0/mlflow/model-versions/update',
    since: '1.4',
    repeatable: true,
    schemas: schemas('update'),
  },
  /** Moves a version to a stage, which aliases replace since 2.9. */
  transitionStage: {
    name: 'modelVersions.transitionStage',
    method: 'POST',
    path: '/api/2.0/mlflow/model-versions/transition-stage',
    since: '1.9',
    repeatable: true,
    schemas: schemas('transitionStage'),
  },
  /** Deletes a version. */
  delete: {
    name: 'modelVersions.delete',
    method: 'DELETE',
    path: '/api/2.0/mlflow/model-versions/delete',
    since: '1.4',
    repeatable: false,
    schemas: schemas('delete'),
  },
  /** A version. */
  get: {
    name: 'modelVersions.get',
    method: 'GET',
    path: '/api/2.0/mlflow/model-versions/get',
    since: '1.9',
    repeatable: true,
    schemas: schemas('get'),
  },
  /** One page of versions. */
  searchPage: {
    name: 'modelVersions.searchPage',
    method: 'GET',
    path: '/api/2.0/mlflow/model-versions/search',
    since: '1.4',
    repeatable: true,
    schemas: schemas('searchPage'),
  },
  /** Where the files of a version are. */
  getDownloadUri: {
    name: 'modelVersions.getDownloadUri',
    method: 'GET',
    path: '/api/2.0/mlflow/model-versions/get-download-uri',
    since: '1.4',
    repeatable: true,
    schemas: schemas('getDownloadUri'),
  },
  /** Sets a tag of a version. */
  setTag: {
    name: 'modelVersions.setTag',
    method: 'POST',
    path: '/api/2.0/mlflow/model-versions/set-tag',
    since: '1.9',
    repeatable: true,
    schemas: schemas('setTag'),
  },
  /** Deletes a tag of a version. */
  deleteTag: {
    name: 'modelVersions.deleteTag',
    method: 'DELETE',
    path: '/api/2.0/mlflow/model-versions/delete-tag',
    since: '1.9',
    repeatable: true,
    schemas: schemas('deleteTag'),
  },
} as const
