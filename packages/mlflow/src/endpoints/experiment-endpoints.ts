import type { experimentSchemas } from './experiment-schemas.ts'

type Schemas = typeof experimentSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./experiment-schemas.ts')).experimentSchemas[name]

/** The endpoints of experiments. */
export const experimentEndpoints = {
  /** The active or deleted experiment of a name. */
  getByName: {
    name: 'experiments.getByName',
    method: 'GET',
    path: '/api/2.0/mlflow/experiments/get-by-name',
    since: '1.0',
    repeatable: true,
    schemas: schemas('getByName'),
  },
  /** Makes an experiment; answers its id. */
  create: {
    name: 'experiments.create',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/create',
    since: '1.0',
    repeatable: false,
    schemas: schemas('create'),
  },
  /** One page of experiments. */
  searchPage: {
    name: 'experiments.searchPage',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/search',
    since: '1.27',
    repeatable: true,
    schemas: schemas('searchPage'),
  },
  /** The experiment of an id. */
  get: {
    name: 'experiments.get',
    method: 'GET',
    path: '/api/2.0/mlflow/experiments/get',
    since: '1.0',
    repeatable: true,
    schemas: schemas('get'),
  },
  /** Marks an experiment as deleted. */
  delete: {
    name: 'experiments.delete',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/delete',
    since: '1.0',
    repeatable: false,
    schemas: schemas('delete'),
  },
  /** Brings a deleted experiment back. */
  restore: {
    name: 'experiments.restore',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/restore',
    since: '1.0',
    repeatable: false,
    schemas: schemas('restore'),
  },
  /** Renames an experiment. */
  update: {
    name: 'experiments.update',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/update',
    since: '1.0',
    repeatable: true,
    schemas: schemas('update'),
  },
  /** Sets a tag of an experiment. */
  setTag: {
    name: 'experiments.setTag',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/set-experiment-tag',
    since: '1.2',
    repeatable: true,
    schemas: schemas('setTag'),
  },
  /** Deletes a tag of an experiment. */
  deleteTag: {
    name: 'experiments.deleteTag',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/delete-experiment-tag',
    since: '3.2',
    repeatable: false,
    schemas: schemas('deleteTag'),
  },
  /** The data sets of experiments. Servers have it only at the address that their page uses. */
  searchDatasets: {
    name: 'experiments.searchDatasets',
    method: 'POST',
    path: '/ajax-api/2.0/mlflow/experiments/search-datasets',
    since: '2.4',
    repeatable: true,
    schemas: schemas('searchDatasets'),
  },
} as const
