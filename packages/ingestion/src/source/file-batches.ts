import { basename } from 'node:path'
import { ClaimsError, type Finding } from '@claims/contracts'
import type { Frame } from '@claims/frame'
import { bindColumns, type BindOptions } from './bind-columns.ts'
import { byteChunks } from './byte-chunks.ts'
import { headerSample, readHeader, type DelimitedHeader } from './delimited-header.ts'
import { unreadable } from './file-error.ts'
import { indexDelimited, type QuoteFaults } from './index-delimited.ts'
import { noOddities } from './json-parser.ts'
import { throwIfAborted, type ReadingOptions } from './load-file.ts'
import { PendingBytes } from './pending-bytes.ts'
import type { ScannedTable } from './raw-table.ts'
import { addFaults, quoteFindings, raggedFindings } from './row-findings.ts'
import { oddityFindings, parseJsonLines, scanJson, tableOfRecords } from './scan-json.ts'
import { openParquet, readParquetGroup } from './scan-parquet.ts'
import { emptyData, isParquet, sniffText } from './sniff-format.ts'
import { typedFrame } from './typed-frame.ts'

/** How to read in batches. */
export interface ReadBatchesOptions extends BindOptions, ReadingOptions {
  /** Most rows of a batch; at least 1. */
  readonly batchRows: number
}

/** Some rows of a file. */
export interface DataBatch {
  readonly frame: Frame
  /**
   * Rows are positions in this batch. Findings about the whole file come with the first batch, those that are known
   * after it (`encoding`, quotes, `json_nan`, `duplicate_key`, and `absent_column` of JSON Lines) with the last.
   */
  readonly findings: Finding[]
  /** 0-based data row of the file that the batch starts with. */
  readonly firstRow: number
  /** Columns of the file that the blueprint does not know. */
  readonly unexpected: string[]
}

type Table = Omit<ScannedTable, 'format'> & {
  /** Of JSON Lines, whose parts may hold other fields each: whether more parts follow. */
  readonly part?: 'one' | 'last'
}

const sampleBytes = 65_536
/** Rules whose findings come with the last batch. */
const countedRules = new Set([
  'encoding',
  'json_nan',
  'duplicate_key',
  'absent_column',
  'text_behind_quote',
  'quoted_rows',
])
const maximumRowBytes = 64 * 1024 * 1024

/**
 * Reads a file or a pipe of any size by a blueprint's columns, some rows at a time. CSV and JSON Lines, plain or gzip,
 * are streamed: memory holds one batch. Parquet is held compressed and decoded by row group; a JSON document is held
 * whole; both up to 4 GiB. Values and findings are those of `readData`.
 *
 * @throws ClaimsError as `readData`; a fault deep in the file is thrown when its batch is reached
 * @example
 * for await (const { frame, firstRow } of readBatches('claims.csv.gz', { columns, batchRows: 10_000 })) score(frame)
 */
export async function* readBatches(path: string, options: ReadBatchesOptions): AsyncGenerator<DataBatch> {
  const { batchRows, signal } = options
  if (!Number.isInteger(batchRows) || batchRows < 1)
    throw new ClaimsError(
      'invalid_parameter',
      `batchRows must be a whole number of at least 1; got ${String(batchRows)}`,
    )
  const warned = new Set<string>()
  const named = new Set<string>()
  const optional = options.columns.map((column) => ({
    ...column,
    required: false,
    ...keepDefault(column),
  }))
  let firstRow = 0
  for await (const table of tables(path, options)) {
    throwIfAborted(signal)
    // A part of JSON Lines may lack a field that another part has: what is absent from all is known after the last.
    if (table.part !== undefined) for (const name of table.names) named.add(name)
    const bind = table.part === undefined ? options : { ...options, columns: optional, requireLabel: false }
    const { frame, findings: typed, unexpected } = typedFrame(table, bind)
    const findings = table.part === undefined ? typed : typed.filter(({ rule }) => rule !== 'absent_column')
    if (table.part === 'last') findings.push(...bindColumns([...named], options).findings)
    const news = findings.filter((finding) => {
      if (finding.row !== null) return true
      const key = `${finding.rule} ${finding.field}`
      return firstRow === 0 || countedRules.has(finding.rule) ? !warned.has(key) && warned.add(key) : false
    })
    yield { frame, findings: news, firstRow, unexpected }
    firstRow += table.rows
    options.onProgress?.({ kind: 'progress', stage: 'read', done: firstRow, total: null, unit: 'rows' })
  }
  if (firstRow === 0) throw emptyData(basename(path), 'has a header but no rows')
}

function keepDefault(column: { required: boolean; default?: unknown }): { default?: undefined } {
  return column.required ? { default: undefined } : {}
}

async function* tables(path: string, options: ReadBatchesOptions): AsyncGenerator<Table> {
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
  readonly options: ReadBatchesOptions
}

async function* delimitedTables({ reader, source, options }: Context): AsyncGenerator<Table> {
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
      if (reader.final || header.end < reader.bytes.length) return header
    } catch (error) {
      const certain =
        error instanceof ClaimsError && (error.code === 'duplicate_column' || error.code === 'ambiguous_data')
      if (reader.final || certain || !(error instanceof ClaimsError)) throw error
    }
    rejectEndlessRow(reader.bytes.length, 1, source)
    await reader.fill(reader.bytes.length * 2 + 1)
  }
}

async function* jsonLinesTables({ reader, source, options }: Context): AsyncGenerator<Table> {
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

function* parquetTables(bytes: Buffer, source: string, batchRows: number): Generator<Table> {
  const file = openParquet(bytes, source)
  let { findings } = file
  for (const [group, rows] of file.groups.entries()) {
    if (rows === 0) continue
    const columns = readParquetGroup(file, group)
    yield* slices({ names: file.names, rows, cells: { kind: 'values', columns }, findings }, batchRows)
    findings = []
  }
}

function* slices(table: Table, batchRows: number): Generator<Table> {
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

function rejectEndlessRow(bytes: number, line: number, source: string): void {
  if (bytes <= maximumRowBytes) return
  throw unreadable(
    source,
    `has a row on line ${String(line)} that is longer than 64 MiB; a quote may be opened and never closed`,
    { allowed: 'rows of up to 64 MiB' },
  )
}
