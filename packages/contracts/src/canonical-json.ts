/**
 * JSON with the keys of every object in code-unit order, indented by two spaces, with a final newline: equal
 * values give equal bytes.
 *
 * @param value JSON-serialisable value; keys whose value is `undefined` are left out
 * @returns the text
 * @throws TypeError where a number is not finite, since JSON would turn it into null
 *
 * @example
 * canonicalJson({ b: 1, a: [true] })
 */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(sorted(value, '$'), null, 2)}\n`
}

function sorted(value: unknown, path: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${path} is ${String(value)}, which JSON cannot hold`)
  }
  if (Array.isArray(value)) return value.map((item, i) => sorted(item, `${path}[${String(i)}]`))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item, `${path}.${key}`)]),
  )
}
