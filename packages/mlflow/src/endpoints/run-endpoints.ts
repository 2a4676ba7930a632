import type { runSchemas } from './run-schemas.ts'

type Schemas = typeof runSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./run-schemas.ts')).runSchemas[name]

/** The endpoints of runs. */
export const runEndpoints = {
  /** Starts a run. */
  create: {
    name: 'runs.create',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/create',
    since: '1.0',
    repeatable: false,
    schemas: schemas('create'),
  },
  /** Sets the status, the end and the name of a run. */
  update: {
    name: 'runs.update',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/update',
    since: '1.0',
    repeatable: true,
    schemas: schemas('update'),
  },
  /** Marks a run as deleted. */
  delete: {
    name: 'runs.delete',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/delete',
    since: '1.0',
    repeatable: true,
    schemas: schemas('delete'),
  },
  /** Brings a deleted run back. */
  restore: {
    name: 'runs.restore',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/restore',
    since: '1.0',
    repeatable: true,
    schemas: schemas('restore'),
  },
  /** Adds one point of a metric. SQL stores keep an equal point once; a file store keeps it twice. */
  logMetric: {
    name: 'runs.logMetric',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/log-metric',
    since: '1.0',
    repeatable: true,
    schemas: schemas('logMetric'),
  },
  /** Sets a param, which never changes again. */
  logParam: {
    name: 'runs.logParam',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/log-parameter',
    since: '1.0',
    repeatable: true,
    schemas: schemas('logParam'),
  },
  /** Sets a tag. */
  setTag: {
    name: 'runs.setTag',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/set-tag',
    since: '1.0',
    repeatable: true,
    schemas: schemas('setTag'),
  },
  /** Deletes a tag. */
  deleteTag: {
    name: 'runs.deleteTag',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/delete-tag',
    since: '1.0',
    repeatable: false,
    schemas: schemas('deleteTag'),
  },
  /** Adds metrics, params and tags, within the limits of the server. Points as for `logMetric`. */
  logBatch: {
    name: 'runs.logBatch',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/log-batch',
    since: '1.0',
    repeatable: true,
    schemas: schemas('logBatch'),
  },
  /** Notes that a model lies among the artifacts of a run. */
  logModel: {
    name: 'runs.logModel',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/log-model',
    since: '1.0',
    repeatable: true,
    schemas: schemas('logModel'),
  },
  /** Names the data sets and models that a run reads. */
  logInputs: {
    name: 'runs.logInputs',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/log-inputs',
    since: '2.4',
    repeatable: true,
    schemas: schemas('logInputs'),
  },
  /** Names the logged models that a run made. */
  logOutputs: {
    name: 'runs.logOutputs',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/outputs',
    since: '3.0',
    repeatable: true,
    schemas: schemas('logOutputs'),
  },
  /** One page of runs. */
  searchPage: {
    name: 'runs.searchPage',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/search',
    since: '1.0',
    repeatable: true,
    schemas: schemas('searchPage'),
  },
  /** A run with its params, tags and the last value of each metric. */
  get: {
    name: 'runs.get',
    method: 'GET',
    path: '/api/2.0/mlflow/runs/get',
    since: '1.0',
    repeatable: true,
    schemas: schemas('get'),
  },
} as const
