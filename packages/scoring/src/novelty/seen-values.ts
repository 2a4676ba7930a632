import { createHash } from 'node:crypto'
import type { SeenValues } from '@claims/contracts'
import { columnLength, missingBoolean, type Frame, type FrameColumn } from '@claims/frame'
import { levelHash } from './hash-level.ts'

type SeenColumn = SeenValues['columns'][number]

/** Up to so many levels are kept as they are, which lets a warning name the level that was probably meant. */
const mostListed = 1_000
/** Up to so many are kept as hashes; of more nothing is kept. */
const mostHashed = 1_000_000

/**
 * What each input column held in the rows that a model is fitted on.
 *
 * @param inputs raw columns of the training rows
 * @param origin names this training, for the key of the hashes: SHA-256 of its data, seed
 * @returns the content of `seen-values.json`
 */
export function seenValues(
  inputs: Frame,
  origin: { readonly sha256: string; readonly seed: number },
): SeenValues {
  const key = createHash('sha256')
    .update(`${origin.sha256}:${String(origin.seed)}`)
    .digest('hex')
    .slice(0, 8)
  return {
    format_version: 1,
    rows: inputs.rows,
    key,
    columns: [...inputs.entries()].map(([name, column]) => ({ name, ...columnFacts(column, key) })),
  }
}

function columnFacts(column: FrameColumn, key: string): Omit<SeenColumn, 'name'> {
  const rows = columnLength(column)
  const share = (count: number, of: number): number => (of === 0 ? 0 : count / of)
  const plain = { range: null, is_time: column.kind === 'timestamp', levels: null, once_share: 0 }
  switch (column.kind) {
    case 'number':
    case 'timestamp': {
      let minimum = Infinity
      let maximum = -Infinity
      let missing = 0
      for (const value of column.values) {
        if (Number.isNaN(value)) missing++
        else {
          if (value < minimum) minimum = value
          if (value > maximum) maximum = value
        }
      }
      const range = missing === rows ? null : { minimum, maximum }
      return { ...plain, range, missing_share: share(missing, rows) }
    }
    case 'text': {
      const missing = column.values.reduce((count, value) => count + (value === null ? 1 : 0), 0)
      return { ...plain, missing_share: share(missing, rows) }
    }
    case 'boolean': {
      const seen = new Set(column.values)
      const missing = column.values.reduce((count, value) => count + (value === missingBoolean ? 1 : 0), 0)
      const values = ['false', 'true'].filter((_, value) => seen.has(value))
      return { ...plain, levels: { kind: 'list', values }, missing_share: share(missing, rows) }
    }
    case 'category': {
      const counts = new Uint32Array(column.levels.length)
      let missing = 0
      for (const code of column.codes) {
        if (code < 0) missing++
        else counts[code]!++
      }
      const once = counts.reduce((sum, count) => sum + (count === 1 ? 1 : 0), 0)
      return {
        ...plain,
        levels: levelsOf(
          column.levels.filter((_, code) => counts[code]! > 0),
          key,
        ),
        missing_share: share(missing, rows),
        once_share: share(once, rows - missing),
      }
    }
  }
}

function levelsOf(levels: readonly string[], key: string): SeenColumn['levels'] {
  if (levels.length <= mostListed) return { kind: 'list', values: [...levels].sort() }
  if (levels.length > mostHashed) return { kind: 'too_many', count: levels.length }
  const hashed = Float64Array.from(levels, levelHash(key)).sort()
  const bytes = Buffer.alloc(hashed.length * 8)
  hashed.forEach((value, i) => bytes.writeDoubleLE(value, i * 8))
  return { kind: 'hashes', count: levels.length, values: bytes.toString('base64') }
}

/** Whether a level was seen; null where that cannot be told. @param key of the file */
export function levelTest(levels: SeenColumn['levels'], key: string): ((level: string) => boolean) | null {
  if (levels === null || levels.kind === 'too_many') return null
  if (levels.kind === 'list') {
    const seen = new Set(levels.values)
    return (level) => seen.has(level)
  }
  const bytes = Buffer.from(levels.values, 'base64')
  const hashed = Float64Array.from({ length: bytes.length >> 3 }, (_, i) => bytes.readDoubleLE(i * 8))
  const hash = levelHash(key)
  return (level) => {
    const wanted = hash(level)
    let low = 0
    let high = hashed.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (hashed[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return hashed[low] === wanted
  }
}
