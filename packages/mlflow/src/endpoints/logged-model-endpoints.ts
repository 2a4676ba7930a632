import type { loggedModelSchemas } from './model-schemas.ts'

type Schemas = typeof loggedModelSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./model-schemas.ts')).loggedModelSchemas[name]

/** The endpoints of logged models. */
export const loggedModelEndpoints = {
  /** Begins a logged model. */
  create: {
    name: 'loggedModels.create',
    method: 'POST',
    path: '/api/2.0/mlflow/logged-models',
    since: '3.0',
    repeatable: false,
    schemas: schemas('create'),
  },
  /** Says that a logged model is ready or failed. */
  finalize: {
    name: 'loggedModels.finalize',
    method: 'PATCH',
    path: '/api/2.0/mlflow/logged-models/{model_id}',
    since: '3.0',
    repeatable: true,
    schemas: schemas('finalize'),
  },
  /** A logged model. */
  get: {
    name: 'loggedModels.get',
    method: 'GET',
    path: '/api/2.0/mlflow/logged-models/{model_id}',
    since: '3.0',
    repeatable: true,
    schemas: schemas('get'),
  },
  /** Marks a logged model as deleted. */
  delete: {
    name: 'loggedModels.delete',
    method: 'DELETE',
    path: '/api/2.0/mlflow/logged-models/{model_id}',
    since: '3.0',
    repeatable: false,
    schemas: schemas('delete'),
  },
  /** One page of logged models. */
  searchPage: {
    name: 'loggedModels.searchPage',
    method: 'POST',
    path: '/api/2.0/mlflow/logged-models/search',
    since: '3.0',
    repeatable: true,
    schemas: schemas('searchPage'),
  },
  /** Sets tags of a logged model. */
  setTags: {
    name: 'loggedModels.setTags',
    method: 'PATCH',
    path: '/api/2.0/mlflow/logged-models/{model_id}/tags',
    since: '3.0',
    repeatable: true,
    schemas: schemas('setTags'),
  },
  /** Deletes a tag of a logged model. */
  deleteTag: {
    name: 'loggedModels.deleteTag',
    method: 'DELETE',
    path: '/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}',
    since: '3.0',
    repeatable: false,
    schemas: schemas('deleteTag'),
  },
  /** One page of the files and folders of a logged model. */
  listArtifactsPage: {
    name: 'loggedModels.listArtifactsPage',
    method: 'GET',
    path: '/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories',
    since: '3.0',
    repeatable: true,
    schemas: schemas('listArtifactsPage'),
  },
  /** Sets params of a logged model. */
  logParams: {
    name: 'loggedModels.logParams',
    method: 'POST',
    path: '/api/2.0/mlflow/logged-models/{model_id}/params',
    since: '3.0',
    repeatable: true,
    schemas: schemas('logParams'),
  },
} as const
