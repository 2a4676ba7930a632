import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { modelVersionEndpoints } from './endpoints/model-version-endpoints.ts'
import { withPage } from './experiments.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof modelVersionEndpoints
/** A version of a registered model. */
export type ModelVersion = ResponseOf<Endpoints['get']>

/** The calls on versions of registered models. */
export interface ModelVersions extends Bound<Endpoints> {
  /** Every version that a search finds. @throws MlflowError as any call */
  search(
    search?: Omit<RequestOf<Endpoints['searchPage']>, 'pageToken'> & Limit,
    options?: CallOptions,
  ): AsyncGenerator<ModelVersion, void, undefined>
  /**
   * Waits until the server has taken a version in.
   *
   * @throws MlflowError `timed_out` after `timeoutMilliseconds` (default 300,000); `server_error` when it failed
   */
  waitUntilReady(
    version: { readonly name: string; readonly version: string },
    options?: CallOptions,
  ): Promise<ModelVersion>
}

/** @param transport sends the calls */
export function createModelVersions(transport: Transport): ModelVersions {
  const bound = bind(transport, modelVersionEndpoints)
  return {
    ...bound,
    search: ({ limit, ...request } = {}, options) =>
      paginate((pageToken) => bound.searchPage(withPage(request, pageToken), options), { limit }),
    async waitUntilReady(version, options) {
      const { waitUntilReady } = await import('./wait-until-ready.ts')
      return waitUntilReady(bound.get, version, options)
    },
  }
}
