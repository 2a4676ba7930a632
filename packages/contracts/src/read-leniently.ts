import type { z } from 'zod'

/** What a file holds, as far as this product knows its format. */
export type LenientRead<T> =
  | { readonly success: true; readonly data: T; readonly ignored: readonly string[] }
  | { readonly success: false; readonly error: z.ZodError }

/**
 * Parses a stored file whose writer may know more keys than its reader: keys that a strict schema does not know are
 * left out and named, everything else must fit. What is written stays strict.
 *
 * @param schema schema of the file
 * @param value its parsed JSON; not changed
 * @returns the data with the paths of the keys that were left out, or the first parse's error
 * @example
 * const read = readLeniently(manifestSchema, JSON.parse(content))
 * if (read.success && read.ignored.length > 0) console.warn('not known here:', read.ignored)
 */
export function readLeniently<T>(schema: z.ZodType<T>, value: unknown): LenientRead<T> {
  const first = schema.safeParse(value)
  if (first.success) return { ...first, ignored: [] }
  const ignored = first.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  )
  if (ignored.length === 0) return first
  const second = schema.safeParse(ignored.reduce(withoutKey, value))
  return second.success ? { ...second, ignored: ignored.map((path) => path.map(String).join('.')) } : first
}

function withoutKey(value: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path
  if (key === undefined || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value))
    return value.map((item: unknown, i) => (String(i) === String(key) ? withoutKey(item, rest) : item))
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      if (name !== String(key)) return [[name, inner]]
      return rest.length === 0 ? [] : [[name, withoutKey(inner, rest)]]
    }),
  )
}
