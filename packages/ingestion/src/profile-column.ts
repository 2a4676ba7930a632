import { ByteDictionary } from './byte-dictionary.ts'
import { decodeCell } from './delimited-cell.ts'
import { parseDecimal } from './parse-decimal.ts'
import { timestampReader } from './parse-timestamp.ts'
import type { RawTable } from './raw-table.ts'

/** What a column holds, worked out from all its cells. */
export interface ColumnProfile {
  readonly name: string
  /** Cells that are not missing. */
  readonly filled: number
  readonly missing: number
  /** Distinct texts that are not missing, with how many cells hold each. */
  readonly levels: ReadonlyMap<string, number>
  /** Texts that were taken for missing, as they are written; without the empty text. */
  readonly missingTokens: readonly string[]
  /** Share of filled cells that are finite numbers, 0-1; codes with a leading zero are no numbers. */
  readonly numberShare: number
  /** Whether all numbers are whole. */
  readonly whole: boolean
  readonly minimum: number
  readonly maximum: number
  /** Share of filled cells that are existing dates, 0-1. */
  readonly dateShare: number
  /** Mean number of words and of characters of the distinct texts. */
  readonly meanWords: number
  readonly meanLength: number
}

const missingTexts = new Set(['?', 'na', 'n/a', '#n/a', '#na', 'null', '(null)', 'nan', '-', '_', 'missing', '<na>'])
const leadingZero = /^[+-]?0\d/

/** Profiles one column. @param position 0-based position in `raw.names` */
export function profileColumn(raw: Omit<RawTable, 'lineage'>, position: number): ColumnProfile {
  const counts = raw.cells.kind === 'delimited' ? byteCounts(raw, position) : valueCounts(raw, position)
  const levels = new Map<string, number>()
  const tokens = new Set<string>()
  let missing = raw.rows
  for (const [text, count] of counts.texts) {
    const trimmed = text.trim()
    if (trimmed === '' || missingTexts.has(trimmed.toLowerCase())) {
      if (trimmed !== '') tokens.add(trimmed)
      continue
    }
    levels.set(text, count)
    missing -= count
  }
  return {
    name: raw.names[position]!,
    filled: raw.rows - missing,
    missing,
    levels,
    missingTokens: [...tokens],
    ...measure(levels, { filled: raw.rows - missing, numbersAsText: counts.numbersAsText }),
  }
}

type Measures = Pick<
  ColumnProfile,
  'numberShare' | 'whole' | 'minimum' | 'maximum' | 'dateShare' | 'meanWords' | 'meanLength'
>

function measure(
  levels: ReadonlyMap<string, number>,
  { filled, numbersAsText }: { filled: number; numbersAsText: boolean },
): Measures {
  const readMoment = timestampReader()
  let numbers = 0
  let dates = 0
  let coded = false
  let whole = true
  let minimum = Infinity
  let maximum = -Infinity
  let words = 0
  let length = 0
  for (const [text, count] of levels) {
    const value = numberOf(text)
    if (Number.isFinite(value)) {
      numbers += count
      whole &&= Number.isInteger(value)
      minimum = Math.min(minimum, value)
      maximum = Math.max(maximum, value)
      coded ||= leadingZero.test(text)
    } else {
      if (!Number.isNaN(readMoment(text))) dates += count
      words += text.split(/\s+/u).length
    }
    length += text.length
  }
  const size = Math.max(levels.size, 1)
  return {
    numberShare: coded || numbersAsText || filled === 0 ? 0 : numbers / filled,
    whole,
    minimum,
    maximum,
    dateShare: filled === 0 ? 0 : dates / filled,
    meanWords: words / size,
    meanLength: length / size,
  }
}

/** The number that a text is read as; NaN for none. */
export function numberOf(text: string): number {
  const bytes = Buffer.from(text)
  return parseDecimal(bytes, 0, bytes.length)
}

interface Counts {
  readonly texts: ReadonlyMap<string, number>
  /** Whether a column of JSON holds numbers in quotes, which are no numbers. */
  readonly numbersAsText: boolean
}

function byteCounts(raw: Omit<RawTable, 'lineage'>, position: number): Counts {
  if (raw.cells.kind !== 'delimited') return { texts: new Map(), numbersAsText: false }
  const { bytes, offsets } = raw.cells
  const dictionary = new ByteDictionary(bytes)
  const codes = new Int32Array(raw.rows)
  dictionary.encode(offsets, { from: 0, to: raw.rows, field: position, stride: raw.names.length + 1 }, codes)
  const counts = new Uint32Array(dictionary.size)
  for (const code of codes) if (code >= 0) counts[code]!++
  const texts = new Map<string, number>()
  counts.forEach((count, code) => {
    const text = decodeCell(bytes, dictionary.startOf(code), dictionary.endOf(code))
    texts.set(text, (texts.get(text) ?? 0) + count)
  })
  return { texts, numbersAsText: false }
}

function valueCounts(raw: Omit<RawTable, 'lineage'>, position: number): Counts {
  const texts = new Map<string, number>()
  let numbersAsText = false
  const values = raw.cells.kind === 'values' ? raw.cells.columns[position]! : []
  for (let row = 0; row < raw.rows; row++) {
    const value = values[row]
    if (value === null || value === undefined) continue
    const text = textOf(value)
    texts.set(text, (texts.get(text) ?? 0) + 1)
    numbersAsText ||= typeof value === 'string' && Number.isFinite(numberOf(value))
  }
  return { texts, numbersAsText }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (Array.isArray(value)) return value.map(String).join(';')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
