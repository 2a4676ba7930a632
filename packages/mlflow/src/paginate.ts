import { MlflowError } from './errors.ts'

/** A page of a search. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextPageToken?: string | undefined
}

/** How much of a search. */
export interface Limit {
  /** Items at most. Default all. */
  readonly limit?: number | undefined
}

/**
 * Goes through the pages of a search, one call at a time, as they are asked for.
 *
 * @param ask asks for the page of a token
 * @param options items at most
 * @throws MlflowError `invalid_argument` for a limit that is no whole number; `invalid_response` when the server
 *   answers the same page token again; what `ask` throws
 */
export async function* paginate<T>(
  ask: (pageToken: string | undefined) => Promise<Page<T>>,
  { limit = Infinity }: Limit = {},
): AsyncGenerator<T, void, undefined> {
  if (!(limit === Infinity || (Number.isSafeInteger(limit) && limit >= 0)))
    throw new MlflowError('invalid_argument', `limit must be a whole number of at least 0; got ${limit}`, {
      field: 'limit',
    })
  let left = limit
  let token: string | undefined
  do {
    if (left === 0) return
    const { items, nextPageToken } = await ask(token)
    for (const item of items) {
      if (left === 0) return
      left -= 1
      yield item
    }
    if (nextPageToken !== undefined && nextPageToken === token)
      throw new MlflowError('invalid_response', 'the server answers the same page token again')
    token = nextPageToken === '' ? undefined : nextPageToken
  } while (token !== undefined)
}
