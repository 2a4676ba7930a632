import { ClaimsError } from '@claims/contracts'
import { decodeCell } from './delimited-cell.ts'
import { emptyData } from './sniff-format.ts'
import { unreadable } from './file-error.ts'

/** What the start of a delimited text tells. */
export interface DelimitedHeader {
  readonly names: readonly string[]
  /** Byte between fields. */
  readonly delimiter: number
  /** Offset of the first byte after the header. */
  readonly end: number
  /** 1-based line of `end`. */
  readonly line: number
}

const candidates = [44, 59, 9, 124] as const
const sampleRows = 20
const quote = 34

/**
 * Finds the delimiter (`,` `;` tab or `|`: the one that splits the first rows into the same number of fields, the most
 * if several do) and reads the header. A column without a name is called `column_` and its 1-based position.
 *
 * @param bytes the start of the text; `start` is after a byte order mark
 * @throws ClaimsError `empty_data`, `duplicate_column`, `unreadable_file`
 */
export function readHeader(bytes: Buffer, start: number, source: string): DelimitedHeader {
  let at = start
  let line = 1
  while (bytes[at] === 10 || bytes[at] === 13) {
    if (bytes[at] === 10) line++
    at++
  }
  if (at >= bytes.length) throw emptyData(source, 'has no header')
  const delimiter = detectDelimiter(bytes, at)
  const row = splitRow(bytes, at, delimiter)
  if (row === undefined)
    throw unreadable(source, `opens a quote on line ${String(line)} that is never closed`, {
      allowed: 'a closed quote',
    })
  const names = row.fields.map(
    ([from, to], i) => decodeCell(bytes, from, to).trim() || `column_${String(i + 1)}`,
  )
  rejectDuplicates(names, source)
  return { names, delimiter, end: row.next, line: line + row.lines }
}

/** @throws ClaimsError `duplicate_column` */
export function rejectDuplicates(names: readonly string[], source: string): void {
  const duplicates = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
  if (duplicates.length === 0) return
  throw new ClaimsError(
    'duplicate_column',
    `${source} has the column "${duplicates[0] ?? ''}" more than once`,
    {
      problems: duplicates.map((name) => ({
        field: name,
        problem: 'occurs more than once',
        allowed: 'each name once',
      })),
    },
  )
}

function detectDelimiter(bytes: Buffer, start: number): number {
  let best: number = candidates[0]
  let bestScore = 0
  for (const delimiter of candidates) {
    let at = start
    let header = 0
    let rows = 0
    let equal = 0
    while (at < bytes.length && rows < sampleRows) {
      const row = splitRow(bytes, at, delimiter)
      if (row === undefined) break
      if (rows === 0) header = row.fields.length
      // A sample cut short may end within a row, so the last row counts only when it is the only one.
      if (row.next < bytes.length || rows === 0) {
        rows++
        if (row.fields.length === header && row.clean) equal++
      }
      if (row.next >= bytes.length) break
      at = row.next
    }
    const score = header > 1 ? (equal / Math.max(rows, 1)) * 1000 + Math.min(header, 999) : 0
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

interface SplitRow {
  /** Start and end of each field. */
  readonly fields: readonly (readonly [number, number])[]
  readonly next: number
  readonly lines: number
  /** Whether every closing quote ends its field; with the wrong delimiter it does not. */
  readonly clean: boolean
}

function splitRow(bytes: Uint8Array, start: number, delimiter: number): SplitRow | undefined {
  const fields: [number, number][] = []
  let from = start
  let i = start
  let lines = 0
  let clean = true
  for (;;) {
    const quoted = bytes[i] === quote
    if (quoted) {
      i++
      for (;;) {
        while (i < bytes.length && bytes[i] !== quote) {
          if (bytes[i] === 10) lines++
          i++
        }
        if (i >= bytes.length) return undefined
        i++
        if (bytes[i] !== quote) break
        i++
      }
    }
    const closed = i
    while (i < bytes.length && bytes[i] !== delimiter && bytes[i] !== 10 && bytes[i] !== 13) i++
    if (quoted && i > closed) clean = false
    fields.push([from, i])
    if (i >= bytes.length) return { fields, next: i, lines, clean }
    if (bytes[i] === delimiter) {
      from = ++i
      continue
    }
    const next = i + (bytes[i] === 13 && bytes[i + 1] === 10 ? 2 : 1)
    return { fields, next, lines: lines + 1, clean }
  }
}
