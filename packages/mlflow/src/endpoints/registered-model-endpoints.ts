import type { registeredModelSchemas } from './model-schemas.ts'

type Schemas = typeof registeredModelSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./model-schemas.ts')).registeredModelSchemas[name]

/** The endpoints of registered models. */
export const registeredModelEndpoints = {
  /** Registers a name. */
  create: {
    name: 'registeredModels.create',
    method: 'POST',
    path: '/api/2.0/mlflow/registered-models/create',
    since: '1.4',
    repeatable: false,
    schemas: schemas('create'),
  },
  /** Renames a registered model. */
  rename: {
    name: 'registeredModels.rename',
    method: 'POST',
    path: '/api/2.0/mlflow/registered-models/rename',
    since: '1.9',
    repeatable: false,
    schemas: schemas('rename'),
  },
  /** Describes a registered model. */
  update: {
    name: 'registeredModels.update',
    method: 'PATCH',
    path: '/api/2.0/mlflow/registered-models/update',
    since: '1.4',
    repeatable: true,
    schemas: schemas('update'),
  },
  /** Deletes a registered model with all its versions. */
  delete: {
    name: 'registeredModels.delete',
    method: 'DELETE',
    path: '/api/2.0/mlflow/registered-models/delete',
    since: '1.4',
    repeatable: false,
    schemas: schemas('delete'),
  },
  /** A registered model with its latest versions, tags and aliases. */
  get: {
    name: 'registeredModels.get',
    method: 'GET',
    path: '/api/2.0/mlflow/registered-models/get',
    since: '1.9',
    repeatable: true,
    schemas: schemas('get'),
  },
  /** One page of registered models. */
  searchPage: {
    name: 'registeredModels.searchPage',
    method: 'GET',
    path: '/api/2.0/mlflow/registered-models/search',
    since: '1.9',
    repeatable: true,
    schemas: schemas('searchPage'),
  },
  /** The latest version of each stage; servers that know aliases keep it for old ones. */
  getLatestVersions: {
    name: 'registeredModels.getLatestVersions',
    method: 'POST',
    path: '/api/2.0/mlflow/registered-models/get-latest-versions',
    since: '1.4',
    repeatable: true,
    schemas: schemas('getLatestVersions'),
  },
  /** Sets a tag of a registered model. */
  setTag: {
    name: 'registeredModels.setTag',
    method: 'POST',
    path: '/api/2.0/mlflow/registered-models/set-tag',
    since: '1.9',
    repeatable: true,
    schemas: schemas('setTag'),
  },
  /** Deletes a tag of a registered model. */
  deleteTag: {
    name: 'registeredModels.deleteTag',
    method: 'DELETE',
    path: '/api/2.0/mlflow/registered-models/delete-tag',
    since: '1.9',
    repeatable: true,
    schemas: schemas('deleteTag'),
  },
  /** Points an alias at a version; the last writer wins. */
  setAlias: {
    name: 'registeredModels.setAlias',
    method: 'POST',
    path: '/api/2.0/mlflow/registered-models/alias',
    since: '2.3',
    repeatable: true,
    schemas: schemas('setAlias'),
  },
  /** Deletes an alias. */
  deleteAlias: {
    name: 'registeredModels.deleteAlias',
    method: 'DELETE',
    path: '/api/2.0/mlflow/registered-models/alias',
    since: '2.3',
    repeatable: true,
    schemas: schemas('deleteAlias'),
  },
  /** The version that an alias points at. */
  getVersionByAlias: {
    name: 'registeredModels.getVersionByAlias',
    method: 'GET',
    path: '/api/2.0/mlflow/registered-models/alias',
    since: '2.3',
    repeatable: true,
    schemas: schemas('getVersionByAlias'),
  },
} as const
