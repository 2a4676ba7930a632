import { basename } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { byteChunks } from '../byte-chunks.ts'
import { headerSample, readHeader, type DelimitedHeader } from '../delimited-header.ts'
import { unreadable } from '../file-error.ts'
import { indexDelimited, type DelimitedIndex, type QuoteFaults } from '../index-delimited.ts'
import { noOddities } from '../json-parser.ts'
import type { ReadingOptions } from '../load-file.ts'
import { PendingBytes } from '../pending-bytes.ts'
import { addFaults, quoteFindings, raggedFindings } from '../row-findings.ts'
import { oddityFindings, parseJsonLines, scanJson, tableOfRecords } from '../scan-json.ts'
import { openParquet, readParquetGroup } from '../scan-parquet.ts'
import { isParquet, sniffText } from '../sniff-format.ts'
import { countLines } from '../text-decoding.ts'
import type { TablePart } from './data-source.ts'

const sampleBytes = 65_536
const maximumRowBytes = 64 * 1024 * 1024

/**
 * The rows of a file or a pipe of any size, some at a time. CSV and JSON Lines, plain or gzip, are streamed: memory holds
 * one batch, and a row is at most 64 MiB. Parquet is held compressed and decoded by row group; a JSON document is held
 * whole; both up to 4 GiB.
 *
 * @param path formats as in `scanTable`
 * @param batchRows most rows of a batch
 * @param reading line of the header and encoding, where they are known; signal; listener
 * @throws ClaimsError as `scanTable`; a fault deep in the file is thrown when its batch is reached
 */
export async function* fileBatches(
  path: string,
  batchRows: number,
  reading: ReadingOptions = {},
): AsyncGenerator<TablePart> {
  const options = { ...reading, batchRows }
  const source = basename(path)
  const chunks = byteChunks(path, options)
  const reader = new PendingBytes(chunks, source)
  const context: Context = { reader, source, options }
  try {
    await reader.fill(sampleBytes)
    if (isParquet(reader.bytes, source)) {
      yield* parquetTables(await reader.all(), source, options.batchRows)
      return
    }
    reader.startText(options.encoding)
    await reader.fill(headerSample)
    while (!reader.final && reader.bytes.indexOf(10) < 0 && reader.bytes.length <= maximumRowBytes)
      await reader.fill(reader.bytes.length * 2)
    switch (sniffText(reader.bytes, { source, final: reader.final })) {
      case 'delimited':
        yield* delimitedTables(context)
        break
      case 'json_lines':
        yield* jsonLinesTables(context)
        break
      case 'json': {
        const table = scanJson(await reader.all(), source)
        const findings = [...reader.textFindings(), ...table.findings]
        yield* slices({ ...table, findings }, options.batchRows)
      }
    }
  } finally {
    await chunks.return(undefined)
  }
}

interface Context {
  readonly reader: PendingBytes
  readonly source: string
  readonly options: ReadingOptions & { readonly batchRows: number }
}

async function* delimitedTables({ reader, source, options }: Context): AsyncGenerator<TablePart> {
  const { batchRows } = options
  const header = await headerOf({ reader, source, options })
  reader.skip(header.end, header.line)
  const fields = header.names.length
  let wanted = sampleBytes
  let first = true
  let quotes: QuoteFaults = { behind: 0, swallowed: 0, line: 0 }
  for (;;) {
    await reader.fill(wanted)
    const { bytes, final, line } = reader
    const index = indexDelimited(bytes, {
      start: 0,
      delimiter: header.delimiter,
      fields,
      final,
      line,
      maxRows: batchRows,
      source,
    })
    if (index.rows === 0 && !final) rejectEndlessRow(bytes.length, line, source)
    if (bytes.length > maximumRowBytes) rejectLongRows(bytes, index, { stride: fields + 1, line, source })
    // Whether this batch is the last is known when something else than line ends follows it.
    const last = isBlank(bytes, index.consumed)
    if (!final && (index.rows < batchRows || last)) {
      wanted = bytes.length * (index.rows < batchRows ? 2 : 1) + 1
      continue
    }
    quotes = addFaults(quotes, index.quotes)
    if (index.rows > 0)
      yield {
        names: header.names,
        rows: index.rows,
        cells: { kind: 'delimited', bytes, offsets: index.cells },
        findings: [
          ...(first ? header.findings : []),
          ...(last ? [...reader.textFindings(), ...quoteFindings(quotes)] : []),
          ...raggedFindings(index.ragged, fields),
        ],
      }
    first = false
    reader.skip(index.consumed, index.line)
    wanted = Math.max(sampleBytes, Math.ceil(index.consumed * 1.1))
    if (final && (last || index.rows === 0)) return
  }
}

async function headerOf({ reader, source, options }: Context): Promise<DelimitedHeader> {
  for (;;) {
    try {
      const header = readHeader(reader.bytes, { source, headerRow: options.headerRow, final: reader.final })
      if (reader.final || header.end < reader.bytes.length) {
        rejectEndlessRow(header.end, 1, source)
        return header
      }
    } catch (error) {
      const certain =
        error instanceof ClaimsError && (error.code === 'duplicate_column' || error.code === 'ambiguous_data')
      if (reader.final || certain || !(error instanceof ClaimsError)) throw error
    }
    rejectEndlessRow(reader.bytes.length, 1, source)
    await reader.fill(reader.bytes.length * 2 + 1)
  }
}

async function* jsonLinesTables({ reader, source, options }: Context): AsyncGenerator<TablePart> {
  const { batchRows } = options
  const oddities = noOddities()
  let wanted = sampleBytes
  for (;;) {
    await reader.fill(wanted)
    const { bytes, final, line } = reader
    const end = endOfLines(bytes, batchRows)
    if (end < 0 && !final) {
      if (bytes.indexOf(10) < 0) rejectEndlessRow(bytes.length, line, source)
      wanted = bytes.length * 2
      continue
    }
    const used = end < 0 ? bytes.length : end
    if (used > maximumRowBytes) rejectLongLines(bytes.subarray(0, used), line, source)
    const last = bytes.subarray(used).every((byte) => byte <= 32)
    if (last && !final) {
      wanted = bytes.length + 1
      continue
    }
    const { records, findings, lines } = parseJsonLines(bytes.subarray(0, used), line, oddities)
    const counted = last ? [...reader.textFindings(), ...oddityFindings(oddities)] : []
    if (records.length > 0)
      yield {
        ...tableOfRecords(records, { format: 'json_lines', findings: [...counted, ...findings], source }),
        part: last ? 'last' : 'one',
      }
    reader.skip(used, line + lines)
    wanted = Math.max(sampleBytes, Math.ceil(used * 1.1))
    if (last) return
  }
}

/** Offset after so many lines that are not blank; -1 when there are fewer that end. */
function endOfLines(bytes: Buffer, wanted: number): number {
  let end = 0
  for (let lines = 0; lines < wanted;) {
    const newline = bytes.indexOf(10, end)
    if (newline < 0) return -1
    let at = end
    while (at < newline && bytes[at]! <= 32) at++
    if (at < newline) lines++
    end = newline + 1
  }
  return end
}

function isBlank(bytes: Buffer, from: number): boolean {
  let at = from
  while (at < bytes.length && (bytes[at] === 10 || bytes[at] === 13)) at++
  return at >= bytes.length
}

function* parquetTables(bytes: Buffer, source: string, batchRows: number): Generator<TablePart> {
  const file = openParquet(bytes, source)
  let { findings } = file
  for (const [group, rows] of file.groups.entries()) {
    if (rows === 0) continue
    const columns = readParquetGroup(file, group)
    yield* slices({ names: file.names, rows, cells: { kind: 'values', columns }, findings }, batchRows)
    findings = []
  }
}

/** The rows of a table, so many at a time, each finding with its row. */
export function* slices(table: TablePart, batchRows: number): Generator<TablePart> {
  if (table.cells.kind !== 'values') return
  for (let from = 0; from < table.rows; from += batchRows) {
    const to = Math.min(from + batchRows, table.rows)
    const columns = table.cells.columns.map(
      (column) => Array.prototype.slice.call(column, from, to) as unknown[],
    )
    const findings = table.findings
      .filter(({ row }) => row === null || (row >= from && row < to))
      .map((finding) => (finding.row === null ? finding : { ...finding, row: finding.row - from }))
    yield { names: table.names, rows: to - from, cells: { kind: 'values', columns }, findings }
  }
}

/** A buffer that grew beyond the limit may hold a row that does, whole. @param stride offsets per row */
function rejectLongRows(
  bytes: Buffer,
  { cells, rows, consumed }: DelimitedIndex,
  { stride, line, source }: { readonly stride: number; readonly line: number; readonly source: string },
): void {
  for (let row = 0; row < rows; row++) {
    const start = cells[row * stride]!
    const end = row + 1 < rows ? cells[(row + 1) * stride]! : consumed
    if (end - start > maximumRowBytes)
      rejectEndlessRow(end - start, line + countLines(bytes.subarray(0, start)), source)
  }
}

function rejectLongLines(bytes: Buffer, firstLine: number, source: string): void {
  for (let start = 0, line = firstLine; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    rejectEndlessRow(end - start, line, source)
    start = end + 1
  }
}

function rejectEndlessRow(bytes: number, line: number, source: string): void {
  if (bytes <= maximumRowBytes) return
  throw unreadable(
    source,
    `has a row on line ${String(line)} that is longer than 64 MiB; a quote may be opened and never closed`,
    { allowed: 'rows of up to 64 MiB' },
  )
}
