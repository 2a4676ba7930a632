/** A JSON text that keeps bigints, bytes, dates and the numbers that JSON has no word for. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, given: unknown) {
    // Dates have become texts already; the holder still has them.
    const held = this[key]
    if (held instanceof Date) return { $date: held.toISOString() }
    if (typeof held === 'bigint') return { $bigint: String(held) }
    if (held instanceof Uint8Array) return { $bytes: Buffer.from(held).toString('base64') }
    if (typeof held === 'number' && !Number.isFinite(held)) return { $number: String(held) }
    if (typeof held !== 'object' || held === null || Array.isArray(held)) return given
    const [only, ...others] = Object.entries(held)
    return only?.[0].startsWith('$') === true && others.length === 0 ? { $plain: only } : given
  })
}

/** Reads what {@link writeJson} wrote. @throws SyntaxError for what is no JSON */
export function readJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const [only, ...others] = Object.entries(value) as [string, unknown][]
    if (only === undefined || others.length > 0) return value
    const [name, held] = only
    if (name === '$date') return new Date(String(held))
    if (name === '$bigint') return BigInt(String(held))
    if (name === '$bytes') return new Uint8Array(Buffer.from(String(held), 'base64'))
    if (name === '$number') return Number(held)
    if (name === '$plain' && Array.isArray(held)) return Object.fromEntries([held as [string, unknown]])
    return value
  })
}
