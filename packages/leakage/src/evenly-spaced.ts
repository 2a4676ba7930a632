/**
 * At most `most` of the rows, evenly spaced; all of them when there are no more.
 *
 * @param rows in any order
 * @param most how many at most
 */
export function evenlySpaced(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows
  return Uint32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)]!)
}
