import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { runEndpoints } from './endpoints/run-endpoints.ts'
import { withPage } from './experiments.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof runEndpoints
/** A run. */
export type Run = ResponseOf<Endpoints['get']>
/** What to search runs by. */
export type RunSearch = Omit<RequestOf<Endpoints['searchPage']>, 'pageToken'> & Limit

/** The calls on runs. */
export interface Runs extends Bound<Endpoints> {
  /** Every run that a search finds, page by page. @throws MlflowError as any call */
  search(search: RunSearch, options?: CallOptions): AsyncGenerator<Run, void, undefined>
}

/** @param transport sends the calls */
export function createRuns(transport: Transport): Runs {
  const bound = bind(transport, runEndpoints)
  return {
    ...bound,
    search: ({ limit, ...request }, options) =>
      paginate((pageToken) => bound.searchPage(withPage(request, pageToken), options), { limit }),
  }
}
