import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { registeredModelEndpoints } from './endpoints/registered-model-endpoints.ts'
import { MlflowError } from './errors.ts'
import { withPage } from './experiments.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof registeredModelEndpoints
/** A registered model. */
export type RegisteredModel = ResponseOf<Endpoints['get']>

/** The calls on registered models. */
export interface RegisteredModels extends Bound<Endpoints> {
  /** Every registered model that a search finds. @throws MlflowError as any call */
  search(
    search?: Omit<RequestOf<Endpoints['searchPage']>, 'pageToken'> & Limit,
    options?: CallOptions,
  ): AsyncGenerator<RegisteredModel, void, undefined>
  /** The registered model of a name, made when there is none; several processes may ask at once. */
  getOrCreate(name: string, options?: CallOptions): Promise<RegisteredModel>
}

/** @param transport sends the calls */
export function createRegisteredModels(transport: Transport): RegisteredModels {
  const bound = bind(transport, registeredModelEndpoints)
  return {
    ...bound,
    search: ({ limit, ...request } = {}, options) =>
      paginate((pageToken) => bound.searchPage(withPage(request, pageToken), options), { limit }),
    async getOrCreate(name, options) {
      try {
        return await bound.create({ name }, options)
      } catch (error) {
        if (error instanceof MlflowError && error.code === 'already_exists')
          return bound.get({ name }, options)
        throw error
      }
    },
  }
}
