import { bind, type Bound, type RequestOf, type ResponseOf } from './endpoints/bind.ts'
import { experimentEndpoints } from './endpoints/experiment-endpoints.ts'
import { MlflowError } from './errors.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { paginate, type Limit } from './paginate.ts'

type Endpoints = typeof experimentEndpoints
/** An experiment. */
export type Experiment = ResponseOf<Endpoints['get']>
/** What to search experiments by. */
export type ExperimentSearch = Omit<RequestOf<Endpoints['searchPage']>, 'pageToken'> & Limit

/** Tags of an experiment that is made. */
interface ExperimentTags {
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** The calls on experiments. */
export interface Experiments extends Bound<Endpoints> {
  /** Every experiment that a search finds. @throws MlflowError as any call */
  search(search?: ExperimentSearch, options?: CallOptions): AsyncGenerator<Experiment, void, undefined>
  /**
   * The experiment of a name, made with the tags when there is none; several processes may ask at once.
   *
   * @throws MlflowError `conflict` when the experiment is deleted
   */
  getOrCreate(name: string, options?: CallOptions & ExperimentTags): Promise<Experiment>
}

/** @param transport sends the calls */
export function createExperiments(transport: Transport): Experiments {
  const bound = bind(transport, experimentEndpoints)
  const find = async (name: string, options?: CallOptions): Promise<Experiment | undefined> => {
    try {
      return await bound.getByName({ experimentName: name }, options)
    } catch (error) {
      if (error instanceof MlflowError && error.code === 'not_found') return undefined
      throw error
    }
  }
  return {
    ...bound,
    search: ({ limit, ...request } = {}, options) =>
      paginate((pageToken) => bound.searchPage(withPage(request, pageToken), options), { limit }),
    async getOrCreate(name, { tags = {}, ...options } = {}) {
      const pairs = Object.entries(tags).map(([key, value]) => ({ key, value }))
      const found = await find(name, options)
      if (found) return requireActive(found)
      try {
        return await bound.get({ experimentId: await bound.create({ name, tags: pairs }, options) }, options)
      } catch (error) {
        if (!(error instanceof MlflowError && error.code === 'already_exists')) throw error
        const other = await find(name, options)
        if (other) return requireActive(other)
        throw error
      }
    },
  }
}

/** A search with the default size of a page and the token of the next one. */
export function withPage<T extends { readonly maxResults?: number | undefined }>(
  request: T,
  pageToken: string | undefined,
): T & { readonly maxResults: number; readonly pageToken?: string } {
  return { ...request, maxResults: request.maxResults ?? 1000, ...(pageToken !== undefined && { pageToken }) }
}

function requireActive(experiment: Experiment): Experiment {
  if (experiment.lifecycleStage === 'active') return experiment
  throw new MlflowError(
    'conflict',
    `the experiment "${experiment.name}" is ${experiment.lifecycleStage}; restore it, or delete it for good on the server, or take another name`,
    { endpoint: 'experiments.getOrCreate', field: 'name' },
  )
}
