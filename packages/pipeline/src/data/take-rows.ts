/** The labels of the given rows. @param target length n @returns length rows.length */
export function takeTarget(target: Uint8Array, rows: Uint32Array): Uint8Array {
  const taken = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = target[rows[i]!]!
  return taken
}

/** The groups of the given rows. @param groups length n @returns length rows.length */
export function takeGroups(groups: Int32Array, rows: Uint32Array): Int32Array {
  const taken = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = groups[rows[i]!]!
  return taken
}

/** The values of the given rows. @param values length n @returns length rows.length */
export function takeValues(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!
  return taken
}

/** Rows of rows: place i of the result is `rows[places[i]]`. */
export function takeRowNumbers(rows: Uint32Array, places: Uint32Array): Uint32Array {
  const taken = new Uint32Array(places.length)
  for (let i = 0; i < places.length; i++) taken[i] = rows[places[i]!]!
  return taken
}

/** Lists of rows, one after the other. */
export function joinRows(parts: readonly Uint32Array[]): Uint32Array {
  const rows = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    rows.set(part, at)
    at += part.length
  }
  return rows
}
