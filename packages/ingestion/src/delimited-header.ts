import { ClaimsError, type Finding } from '@claims/contracts'
import { columnNames } from './column-names.ts'
import { decodeCell } from './delimited-cell.ts'
import { findHeader, type SampleRow } from './find-header.ts'
import { shortened, unreadable } from './file-error.ts'
import { fileFinding } from './row-findings.ts'
import { emptyData } from './sniff-format.ts'
import { splitRow } from './split-row.ts'

/** What the start of a delimited text tells. */
export interface DelimitedHeader {
  readonly names: readonly string[]
  /** Byte between fields. */
  readonly delimiter: number
  /** Offset of the first byte after the header. */
  readonly end: number
  /** 1-based line of `end`. */
  readonly line: number
  /** 1-based line that the header starts on. */
  readonly headerLine: number
  readonly findings: readonly Finding[]
}

/** How to find the header. */
export interface HeaderOptions {
  /** Name of the file, for errors. */
  readonly source: string
  /** 1-based line of the header, where it is known. */
  readonly headerRow?: number | undefined
  /** Whether the text ends with the bytes. */
  readonly final: boolean
}

/** Bytes that must be there, unless the text ends before. */
export const headerSample: number = 256 * 1024
const candidates = [44, 59, 9, 124] as const
const sampleRows = 20
const preambleRows = 60

/**
 * Finds the delimiter (that of Excel's `sep=` line, or else `,` `;` tab or `|`: the one that splits the first rows into
 * the same number of fields, the most if several do) and reads the header, below a preamble where there is one. A column
 * without a name is called `column_` and its 1-based position, or `column_7_2` where another has that name.
 *
 * @param bytes the start of the text, without a byte order mark
 * @throws ClaimsError `empty_data`, `duplicate_column`, `unreadable_file`, `ambiguous_data`
 */
export function readHeader(bytes: Buffer, options: HeaderOptions): DelimitedHeader {
  const { source, headerRow } = options
  const findings: Finding[] = []
  let place = skipBlank(bytes, { at: 0, line: 1 })
  const separator = separatorLine(bytes, place.at)
  if (separator !== undefined) {
    findings.push(
      fileFinding(
        'excel_sep',
        `line ${String(place.line)} is Excel's "sep=" line, which gives the delimiter, and is no row`,
        'a header',
      ),
    )
    if (headerRow === undefined || headerRow > place.line)
      place = skipBlank(bytes, { at: separator.end, line: place.line + 1 })
  }
  if (headerRow !== undefined) place = skipBlank(bytes, lineStart(bytes, headerRow, source))
  if (place.at >= bytes.length) throw emptyData(source, 'has no header')
  const delimiter = separator?.delimiter ?? detectDelimiter(bytes, place.at, options.final)
  const rows = rowsFrom(bytes, { ...place, delimiter, final: options.final })
  const [first] = rows
  if (first === undefined)
    throw unreadable(source, `opens a quote on line ${String(place.line)} that is never closed`, {
      allowed: 'a closed quote',
    })
  const found =
    headerRow === undefined
      ? findHeader(bytes, rows, source)
      : { ...findHeader(bytes, rows.slice(0, 1), source), looksLikeData: false }
  const row = rows[found.row]!
  if (found.preamble) findings.push(preambleFinding(first.line, row.line))
  if (found.looksLikeData) findings.push(noHeaderFinding(row.line))
  const names = columnNames(row.fields.map(([from, to]) => decodeCell(bytes, from, to)))
  rejectDuplicates(names, source, found.looksLikeData)
  return {
    names,
    delimiter,
    end: row.next,
    line: row.line + row.lines,
    headerLine: row.line,
    findings,
  }
}

/** @param looksLikeData whether the names look like a row of data @throws ClaimsError `duplicate_column` */
export function rejectDuplicates(names: readonly string[], source: string, looksLikeData = false): void {
  const seen = new Set<string>()
  const duplicates = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) duplicates.add(name)
    seen.add(name)
  }
  if (duplicates.size === 0) return
  const [first = ''] = duplicates
  // What looks like data is data that must not be repeated.
  const named = looksLikeData
    ? 'has a first row that looks like data, with a value more than once; is there no header?'
    : `has the column "${shortened(first)}" more than once`
  throw new ClaimsError('duplicate_column', `${source} ${named}`, {
    problems: looksLikeData
      ? [{ field: source, problem: 'has no header that can be used', allowed: 'a header of distinct names' }]
      : [...duplicates].slice(0, 20).map((name) => ({
          field: shortened(name),
          problem: 'occurs more than once',
          allowed: 'each name once',
        })),
  })
}

interface Place {
  readonly at: number
  readonly line: number
}

function skipBlank(bytes: Buffer, { at, line }: Place): Place {
  while (bytes[at] === 10 || bytes[at] === 13) {
    if (bytes[at] === 10 || bytes[at + 1] !== 10) line++
    at++
  }
  return { at, line }
}

/** The delimiter that a line `sep=;` names; spreadsheets repeat it to the width of the table. */
function separatorLine(bytes: Buffer, start: number): { delimiter: number; end: number } | undefined {
  const head = bytes.toString('latin1', start, start + 4096)
  const match = /^"?sep=([^\w"\r\n])"?\1*(?:\r\n|\r|\n|$)/i.exec(head)
  const delimiter = match?.[1]?.charCodeAt(0) ?? 128
  return match === null || delimiter > 127 ? undefined : { delimiter, end: start + match[0].length }
}

function lineStart(bytes: Buffer, wanted: number, source: string): Place {
  let at = 0
  let line = 1
  while (line < wanted && at < bytes.length) {
    const byte = bytes[at++]
    if (byte === 10 || (byte === 13 && bytes[at] !== 10)) line++
  }
  if (line === wanted && at < bytes.length) return { at, line }
  throw unreadable(source, `has no line ${String(wanted)} where the header should be`, {
    allowed: `a header row of 1 to ${String(line)}`,
  })
}

function rowsFrom(
  bytes: Buffer,
  from: Place & { readonly delimiter: number; readonly final: boolean },
): SampleRow[] {
  const end = Math.min(bytes.length, headerSample)
  const sample = bytes.subarray(0, end)
  const whole = from.final && end === bytes.length
  const rows: SampleRow[] = []
  let place: Place = from
  while (place.at < end && rows.length < preambleRows) {
    const row = splitRow(rows.length === 0 ? bytes : sample, place.at, from.delimiter)
    // What the end of the sample cuts short says nothing, unless it is the header itself.
    if (row === undefined || (rows.length > 0 && row.next >= end && !whole)) break
    rows.push({ ...row, start: place.at, line: place.line })
    place = skipBlank(bytes, { at: row.next, line: place.line + row.lines })
  }
  return rows
}

function detectDelimiter(bytes: Buffer, start: number, final: boolean): number {
  let best: number = candidates[0]
  let bestScore = 0
  for (const delimiter of candidates) {
    const rows = rowsFrom(bytes, { at: start, line: 1, delimiter, final })
    // Below notes of one field the table decides, in which the delimiter is what makes the rows alike.
    const from = rows.findIndex((row) => row.fields.length > 1)
    const table = rows.slice(Math.max(from, 0), Math.max(from, 0) + sampleRows)
    const header = table[0]?.fields.length ?? 0
    const equal = table.filter((row) => row.fields.length === header && row.clean).length
    const certain = from === 0 || (equal >= 2 && equal >= table.length * 0.8)
    const score = header > 1 && certain ? (equal / table.length) * 1000 + Math.min(header, 999) : 0
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

function preambleFinding(first: number, header: number): Finding {
  const lines =
    header - first === 1 ? `line ${String(first)} is` : `lines ${String(first)} to ${String(header - 1)} are`
  return fileFinding(
    'preamble',
    `${lines} above the header, which was found on line ${String(header)}, and ${header - first === 1 ? 'is no row' : 'are no rows'}`,
    `--header-row ${String(header)} or "reading": {"header_row": ${String(header)}} where that is right, --header-row ${String(first)} where it is not`,
  )
}

function noHeaderFinding(line: number): Finding {
  return fileFinding(
    'no_header',
    `line ${String(line)} was read as the header, but looks like data: numbers or dates stand where names are expected`,
    'a first line with the names of the columns',
  )
}
