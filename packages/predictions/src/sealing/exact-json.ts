/*
 * JSON has one zero, and neither NaN, infinities nor whole numbers beyond 2^53 - 1. Such a number is an object of one key,
 * `$number` or `$bigint`; an object with a key that begins with `$` is the list of its entries under `$object`.
 */

/**
 * JSON that gives every number and text back exactly, bit for bit.
 *
 * @param value of objects, arrays, texts, numbers, bigints, truth values and null
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(written(value))
}

/** The value that `exactJson` wrote. @throws SyntaxError */
export function parseExactJson(text: string): unknown {
  return read(JSON.parse(text))
}

function written(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? '-0' : String(value) }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (Array.isArray(value)) return value.map(written)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]): [string, unknown] => [key, written(item)])
  return entries.some(([key]) => key.startsWith('$')) ? { $object: entries } : Object.fromEntries(entries)
}

function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read)
  if (value === null || typeof value !== 'object') return value
  const entries: [string, unknown][] = Object.entries(value)
  const [key, item] = entries[0] ?? ['', null]
  if (key === '$number') return Number(item)
  if (key === '$bigint') return BigInt(String(item))
  const pairs = key === '$object' ? (item as [string, unknown][]) : entries
  return Object.fromEntries(pairs.map(([name, each]) => [name, read(each)]))
}
