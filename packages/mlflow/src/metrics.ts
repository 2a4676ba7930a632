import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { metricEndpoints } from './endpoints/metric-endpoints.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof metricEndpoints
/** A point of a metric. */
export type MetricPoint = ResponseOf<Endpoints['getHistoryPage']>['items'][number]

/** The calls on metrics. */
export interface Metrics extends Bound<Endpoints> {
  /** Every point of a metric of a run, in the server's order. @throws MlflowError as any call */
  getHistory(
    request: Omit<RequestOf<Endpoints['getHistoryPage']>, 'pageToken'> & Limit,
    options?: CallOptions,
  ): AsyncGenerator<MetricPoint, void, undefined>
}

/** @param transport sends the calls */
export function createMetrics(transport: Transport): Metrics {
  const bound = bind(transport, metricEndpoints)
  return {
    ...bound,
    getHistory: ({ limit, ...request }, options) =>
      paginate(
        (pageToken) =>
          bound.getHistoryPage(
            { maxResults: 25_000, ...request, ...(pageToken !== undefined && { pageToken }) },
            options,
          ),
        { limit },
      ),
  }
}
