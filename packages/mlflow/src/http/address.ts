import { MlflowError } from '../errors.ts'
import type { HttpMethod } from './transport.ts'

/**
 * The address of a call: parameters in the path are taken from the request, for GET the rest becomes the query.
 *
 * @param base the tracking server
 * @param endpoint method and path with parameters in braces
 * @param request names in snake_case
 * @returns the address, and what is left for the body
 * @throws MlflowError `invalid_argument` for an empty path parameter
 */
export function addressOf(
  base: string,
  { name, method, path }: { readonly name: string; readonly method: HttpMethod; readonly path: string },
  request: Readonly<Record<string, unknown>>,
): { readonly url: URL; readonly rest: Readonly<Record<string, unknown>> } {
  const inPath = new Set<string>()
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = request[parameter]
    inPath.add(parameter)
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..')
      throw new MlflowError(
        'invalid_argument',
        `${name}: ${parameter} must be a name; got ${JSON.stringify(value)}`,
        {
          endpoint: name,
          field: parameter,
        },
      )
    return encodeURIComponent(value)
  })
  const url = new URL(`${base}${filled}`)
  // The server reads a body without the path's parameters as one that lacks them.
  if (method !== 'GET') return { url, rest: request }
  for (const [key, value] of Object.entries(request).filter(([each]) => !inPath.has(each)))
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null) url.searchParams.append(key, String(item))
  return { url, rest: {} }
}
