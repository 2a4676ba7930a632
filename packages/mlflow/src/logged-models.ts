import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { loggedModelEndpoints } from './endpoints/logged-model-endpoints.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof loggedModelEndpoints
/** A logged model. */
export type LoggedModel = ResponseOf<Endpoints['get']>

/** The calls on logged models; MLflow 3.0 and later. */
export interface LoggedModels extends Bound<Endpoints> {
  /** Every logged model that a search finds. @throws MlflowError as any call */
  search(
    search: Omit<RequestOf<Endpoints['searchPage']>, 'pageToken'> & Limit,
    options?: CallOptions,
  ): AsyncGenerator<LoggedModel, void, undefined>
}

/** @param transport sends the calls */
export function createLoggedModels(transport: Transport): LoggedModels {
  const bound = bind(transport, loggedModelEndpoints)
  return {
    ...bound,
    search: ({ limit, ...request }, options) =>
      paginate(
        (pageToken) =>
          bound.searchPage({ ...request, ...(pageToken !== undefined && { pageToken }) }, options),
        { limit },
      ),
  }
}
