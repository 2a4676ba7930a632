import type { CategoryColumn } from '@claims/frame'

/** The place of each level in a list. */
export function indexLevels(levels: readonly string[]): ReadonlyMap<string, number> {
  return new Map(levels.map((level, i) => [level, i]))
}

/**
 * A category column's codes in the numbering of another list of levels.
 *
 * @param column codes into its own levels
 * @param index place of each known level
 * @param unknown code for a level that is not in the index
 * @returns length rows; -1 where missing
 */
export function codesIn(
  column: CategoryColumn,
  index: ReadonlyMap<string, number>,
  unknown: number,
): Int32Array {
  const { codes, levels } = column
  const n = codes.length
  const result = new Int32Array(n)
  if (n < levels.length) {
    for (let i = 0; i < n; i++) {
      const code = codes[i]!
      result[i] = code < 0 ? -1 : (index.get(levels[code]!) ?? unknown)
    }
    return result
  }
  const translation = new Int32Array(levels.length)
  for (let code = 0; code < levels.length; code++) translation[code] = index.get(levels[code]!) ?? unknown
  for (let i = 0; i < n; i++) {
    const code = codes[i]!
    result[i] = code < 0 ? -1 : translation[code]!
  }
  return result
}

/** How often each level occurs, and how often none does. */
export interface LevelCounts {
  /** Length `levels`: rows per code. */
  readonly counts: Float64Array
  readonly missing: number
}

/** Counts a category column's codes. */
export function countLevels(column: CategoryColumn): LevelCounts {
  const counts = new Float64Array(column.levels.length)
  let missing = 0
  const { codes } = column
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!
    if (code < 0) missing++
    else counts[code]!++
  }
  return { counts, missing }
}
