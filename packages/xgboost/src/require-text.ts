import { XGBoostError } from './errors.ts'

/**
 * Requires a text that comes back from the library as it went: it takes UTF-8 that ends at the first NUL.
 *
 * @param what names the text in the error
 * @throws XGBoostError `invalid_parameter`
 */
export function requireText(what: string, text: unknown): asserts text is string {
  if (typeof text !== 'string')
    throw new XGBoostError('invalid_parameter', `${what} must be a text; got ${typeof text}`)
  if (/[\0\p{Surrogate}]/u.test(text))
    throw new XGBoostError(
      'invalid_parameter',
      `${what} must hold neither NUL nor half of a surrogate pair; got ${JSON.stringify(text.slice(0, 200))}`,
    )
}
