import type { metricSchemas } from './run-schemas.ts'

type Schemas = typeof metricSchemas

const schemas =
  <TName extends keyof Schemas>(name: TName) =>
  async (): Promise<Schemas[TName]> =>
    (await import('./run-schemas.ts')).metricSchemas[name]

/** The endpoints of metrics. */
export const metricEndpoints = {
  /** One page of the points of a metric. */
  getHistoryPage: {
    name: 'metrics.getHistoryPage',
    method: 'GET',
    path: '/api/2.0/mlflow/metrics/get-history',
    since: '1.0',
    repeatable: true,
    schemas: schemas('getHistoryPage'),
  },
  /** Points of a metric of several runs, thinned out. */
  getHistoryBulkInterval: {
    name: 'metrics.getHistoryBulkInterval',
    method: 'GET',
    path: '/api/2.0/mlflow/metrics/get-history-bulk-interval',
    since: '2.3',
    repeatable: true,
    schemas: schemas('getHistoryBulkInterval'),
  },
} as const
