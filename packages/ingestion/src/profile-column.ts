import { distinctCells } from './distinct-cells.ts'
import { parseDecimal } from './parse-decimal.ts'
import { parseTimestamp } from './parse-timestamp.ts'
import type { RawTable } from './raw-table.ts'

/** A distinct text of a column and how many cells hold it. */
export interface Level {
  readonly text: string
  readonly count: number
}

/** What a column holds, worked out from all its cells. */
export interface ColumnProfile {
  readonly name: string
  /** Cells that are not missing. */
  readonly filled: number
  readonly missing: number
  /** Distinct texts that are not missing. */
  readonly distinct: number
  /** The first of them in order of appearance, at most `limit`. */
  readonly levels: (limit: number) => Level[]
  /** Texts that were taken for missing, as they are written; without the empty text. */
  readonly missingTokens: readonly string[]
  /** Share of filled cells that are finite numbers, 0-1; codes with a leading zero are no numbers. */
  readonly numberShare: number
  /** Whether all numbers are whole. */
  readonly whole: boolean
  /** Least and largest number; infinite when there is none. */
  readonly minimum: number
  readonly maximum: number
  /** Share of filled cells that are existing dates, 0-1. */
  readonly dateShare: number
  /** Mean number of words and of characters of the distinct texts that are neither numbers nor dates. */
  readonly meanWords: number
  readonly meanLength: number
}

const missingTexts = new Set([
  '?',
  'na',
  'n/a',
  '#n/a',
  '#na',
  'null',
  '(null)',
  'nan',
  '-',
  '_',
  'missing',
  '<na>',
])
const quote = 34

/** Profiles one column. @param position 0-based position in `raw.names` */
export function profileColumn(raw: Omit<RawTable, 'lineage'>, position: number): ColumnProfile {
  const cells = distinctCells(raw, position)
  const { bytes, counts } = cells
  const kept: number[] = []
  const tokens = new Set<string>()
  let filled = 0
  let numbers = 0
  let dates = 0
  let coded = cells.quoted
  let whole = true
  let minimum = Infinity
  let maximum = -Infinity
  let texts = 0
  let words = 0
  let length = 0
  for (let code = 0; code < cells.size; code++) {
    const count = counts[code]!
    let start = cells.starts[code]!
    let end = cells.ends[code]!
    if (bytes[start] === quote && bytes[end - 1] === quote && end - start > 1) {
      start++
      end--
    }
    const value = parseDecimal(bytes, start, end)
    if (value - value === 0) {
      numbers += count
      whole &&= Number.isInteger(value)
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
      coded ||= hasLeadingZero(bytes, start, end)
    } else if (!Number.isNaN(parseTimestamp(bytes, start, end))) dates += count
    else {
      const text = cells.text(code).trim()
      if (text === '' || missingTexts.has(text.toLowerCase())) {
        if (text !== '') tokens.add(text)
        continue
      }
      texts++
      words += text.split(/\s+/u).length
      length += text.length
    }
    filled += count
    kept.push(code)
  }
  return {
    name: raw.names[position]!,
    filled,
    missing: raw.rows - filled,
    distinct: kept.length,
    levels: (limit) => kept.slice(0, limit).map((code) => ({ text: cells.text(code), count: counts[code]! })),
    missingTokens: [...tokens],
    numberShare: coded || filled === 0 ? 0 : numbers / filled,
    whole,
    minimum,
    maximum,
    dateShare: filled === 0 ? 0 : dates / filled,
    meanWords: words / Math.max(texts, 1),
    meanLength: length / Math.max(texts, 1),
  }
}

/** The number that a text is read as; NaN for none. */
export function numberOf(text: string): number {
  const bytes = Buffer.from(text)
  return parseDecimal(bytes, 0, bytes.length)
}

function hasLeadingZero(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 || bytes[start] !== 48) return false
  const next = bytes[start + 1]!
  return next >= 48 && next <= 57
}
