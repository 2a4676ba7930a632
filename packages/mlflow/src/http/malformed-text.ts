/** What no text of a request may hold. */
export const malformed = /\p{Surrogate}|\0/u
export const malformedProblem = 'must hold neither half of a surrogate pair nor a NUL character'

/**
 * The first text of a value that no server keeps: with half of a surrogate pair, which UTF-8 cannot hold and servers drop
 * without a word, or with a NUL character, at which PostgreSQL fails.
 *
 * @param value a request
 * @returns the path to the text; undefined when every text can be kept
 */
export function malformedText(value: unknown): PropertyKey[] | undefined {
  if (typeof value === 'string') return malformed.test(value) ? [] : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const path = malformedText(item)
    if (path) return [key, ...path]
  }
  return undefined
}
