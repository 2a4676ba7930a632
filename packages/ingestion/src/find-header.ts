import { ClaimsError } from '@claims/contracts'
import { parseTimestamp } from '@claims/frame'
import { decodeCell } from './delimited-cell.ts'
import type { SplitRow } from './split-row.ts'

/** A row of the sample and where it stands. */
export interface SampleRow extends SplitRow {
  /** Offset of its first byte. */
  readonly start: number
  /** 1-based line. */
  readonly line: number
}

/** Which row is the header. */
export interface FoundHeader {
  /** 0-based row of the sample. */
  readonly row: number
  /** Whether rows above it were taken for a preamble. */
  readonly preamble: boolean
  /** Whether the header holds numbers where the rows below do, too: data rather than names. */
  readonly looksLikeData: boolean
}

const numberPattern = /^[+-]?(?:\d[\d.,' ]*|\.\d+)(?:[eE][+-]?\d+)?%?$/

/**
 * Finds the header among the first rows. Rows above it are a preamble where they are narrower than a table that follows
 * (Excel pads them with empty cells), the first row of the table holds distinct words, and rows below it hold numbers
 * or dates. Where only part of that is so, it is asked.
 *
 * @param rows the first rows, split by the delimiter
 * @throws ClaimsError `ambiguous_data` naming the rows that the header may be
 */
export function findHeader(bytes: Buffer, rows: readonly SampleRow[], source: string): FoundHeader {
  const cells = rows.map((row) => row.fields.map(([from, to]) => decodeCell(bytes, from, to).trim()))
  const at = (row: number, preamble: boolean): FoundHeader => ({
    row,
    preamble,
    looksLikeData: looksLikeData(cells, row),
  })
  const first = cells[0]
  if (first === undefined) return at(0, false)
  const width = commonWidth(cells)
  if (width < 2 || (!isNarrow(first, width) && first.length === width)) return at(0, false)
  const start = cells.findIndex((row) => !isNarrow(row, width) && row.length === width)
  const below = cells.slice(start + 1)
  const equal = below.filter((row) => row.length === width).length
  if (start <= 0 || below.length === 0 || equal < below.length * 0.8) return at(0, false)
  const headed = isHeaderLike(cells[start]!)
  const narrow = cells.slice(0, start).every((row) => isNarrow(row, width))
  if (!headed && (!narrow || isHeaderLike(first))) return at(0, false)
  if (headed && narrow && below.some((row) => row.some(isValue))) return at(start, true)
  throw asked({ source, first: rows[0]!.line, second: rows[start]!.line })
}

/** Whether at least half of the names are numbers or dates, each above a cell that is one, too. */
function looksLikeData(cells: readonly (readonly string[])[], header: number): boolean {
  const names = cells[header] ?? []
  const next = cells[header + 1] ?? []
  const alike = names.filter((name, i) => isValue(name) && isValue(next[i] ?? '')).length
  return alike > 0 && alike * 2 >= names.filter((name) => name !== '').length
}

function commonWidth(cells: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>()
  for (const row of cells) counts.set(row.length, (counts.get(row.length) ?? 0) + 1)
  return [...counts].reduce((best, entry) => (entry[1] >= best[1] ? entry : best), [0, 0])[0]
}

/** Whether a row is a note rather than a row of the table: one cell, or a first cell and mostly empty ones after it. */
function isNarrow(row: readonly string[], width: number): boolean {
  const filled = row.filter((cell) => cell !== '').length
  if (row.length !== width) return filled <= 1
  return filled * 2 < width && (row[0] !== '' || filled === 0)
}

function isHeaderLike(row: readonly string[]): boolean {
  const filled = row.filter((cell) => cell !== '')
  return (
    filled.length >= row.length - 1 &&
    filled.length > 1 &&
    !filled.some(isValue) &&
    new Set(filled).size === filled.length
  )
}

function isValue(cell: string): boolean {
  return numberPattern.test(cell) || !Number.isNaN(parseTimestamp(cell))
}

function asked(at: {
  readonly source: string
  readonly first: number
  readonly second: number
}): ClaimsError {
  const [first, second] = [String(at.first), String(at.second)]
  return new ClaimsError(
    'ambiguous_data',
    `${at.source} may have its header on line ${first} or on line ${second}`,
    {
      problems: [
        {
          field: at.source,
          problem: `line ${first} has another number of fields than the rows from line ${second} on: it may be the header, or a note above it`,
          allowed: `--header-row ${first}, --header-row ${second}, or "reading": {"header_row": ${second}}`,
        },
      ],
    },
  )
}
