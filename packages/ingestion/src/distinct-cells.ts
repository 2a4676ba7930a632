import { ByteDictionary } from './byte-dictionary.ts'
import { decodeCell } from './delimited-cell.ts'
import type { RawTable } from './raw-table.ts'

/** The distinct cells of a column, as bytes, with how many rows hold each. Empty and null cells are left out. */
export interface DistinctCells {
  readonly bytes: Buffer
  readonly size: number
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly counts: Uint32Array
  /** The text of a distinct cell. */
  readonly text: (code: number) => string
  /** Whether a column of JSON or Parquet holds numbers and no texts. */
  readonly typed: boolean
}

/** Finds the distinct cells of a column. @param position 0-based position in `raw.names` */
export function distinctCells(raw: Omit<RawTable, 'lineage'>, position: number): DistinctCells {
  const { cells, rows } = raw
  if (cells.kind === 'values') return distinctValues(cells.columns[position]!, rows)
  const { bytes, offsets } = cells
  const dictionary = new ByteDictionary(bytes)
  const codes = new Int32Array(rows)
  dictionary.encode(offsets, { from: 0, to: rows, field: position, stride: raw.names.length + 1 }, codes)
  const { size } = dictionary
  const counts = new Uint32Array(size)
  for (let row = 0; row < rows; row++) if (codes[row]! >= 0) counts[codes[row]!]!++
  const starts = Uint32Array.from({ length: size }, (_, code) => dictionary.startOf(code))
  const ends = Uint32Array.from({ length: size }, (_, code) => dictionary.endOf(code))
  const text = (code: number): string => decodeCell(bytes, starts[code]!, ends[code]!)
  return { bytes, size, starts, ends, counts, text, typed: false }
}

function distinctValues(values: ArrayLike<unknown>, rows: number): DistinctCells {
  const index = new Map<string, number>()
  const counted: number[] = []
  let typed = true
  for (let row = 0; row < rows; row++) {
    const value = values[row]
    if (value === null || value === undefined || value === '') continue
    const text = textOf(value)
    typed &&= typeof value !== 'string'
    const code = index.get(text)
    if (code === undefined) {
      index.set(text, counted.length)
      counted.push(1)
    } else counted[code]!++
  }
  const texts = [...index.keys()]
  const parts = texts.map((text) => Buffer.from(text))
  const starts = new Uint32Array(parts.length)
  const ends = new Uint32Array(parts.length)
  let offset = 0
  parts.forEach((part, code) => {
    starts[code] = offset
    offset += part.length
    ends[code] = offset
  })
  return {
    bytes: Buffer.concat(parts),
    size: parts.length,
    starts,
    ends,
    counts: Uint32Array.from(counted),
    text: (code) => texts[code]!,
    typed,
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '?' : value.toISOString()
  if (Array.isArray(value)) return value.map(String).join(';')
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : JSON.stringify(value)
}
