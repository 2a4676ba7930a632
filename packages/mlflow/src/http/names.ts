/** Values that are maps of the server's or the caller's own keys, not records of names. */
const maps = new Set(['headers'])

/**
 * Converts the names of a JSON value from camelCase to snake_case; values stay, but a bigint, a NaN and an infinity
 * become texts, as the JSON form of 64-bit integers and of doubles has them.
 */
export function toSnakeCase(value: unknown): unknown {
  return convert(value, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

/** Converts the names of a JSON value from snake_case to camelCase; values stay. */
export function toCamelCase(value: unknown): unknown {
  return convert(value, (name) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()))
}

function convert(value: unknown, rename: (name: string) => string): unknown {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return String(value)
  if (Array.isArray(value)) return value.map((item) => convert(item, rename))
  if (typeof value !== 'object' || value === null) return value
  const converted: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value))
    Object.defineProperty(converted, rename(name), {
      value: maps.has(name) ? item : convert(item, rename),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return converted
}
