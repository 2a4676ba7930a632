import { isUtf8 } from 'node:buffer'
import { basename } from 'node:path'
import { ClaimsError, type Finding } from '@claims/contracts'
import type { Frame } from '@claims/frame'
import type { BindOptions } from './bind-columns.ts'
import { byteChunks } from './byte-chunks.ts'
import { readHeader, type DelimitedHeader } from './delimited-header.ts'
import { unreadable } from './file-error.ts'
import { indexDelimited } from './index-delimited.ts'
import { loadFile, throwIfAborted, type ReadingOptions } from './load-file.ts'
import type { ScannedTable } from './raw-table.ts'
import { encodingFinding, raggedFindings } from './row-findings.ts'
import { parseJsonLines, scanJson, tableOfRecords } from './scan-json.ts'
import { openParquet, readParquetRows } from './scan-parquet.ts'
import { byteOrderMark, emptyData, sniffFormat } from './sniff-format.ts'
import { typedFrame } from './typed-frame.ts'

/** How to read in batches. */
export interface ReadBatchesOptions extends BindOptions, ReadingOptions {
  /** Most rows of a batch; at least 1. */
  readonly batchRows: number
}

/** Some rows of a file. */
export interface DataBatch {
  readonly frame: Frame
  /** Rows are positions in this batch; findings about the whole file come with the first batch. */
  readonly findings: Finding[]
  /** 0-based data row of the file that the batch starts with. */
  readonly firstRow: number
  /** Columns of the file that the blueprint does not know. */
  readonly unexpected: string[]
}

type Table = Omit<ScannedTable, 'format'>

const sampleBytes = 65_536
const maximumRowBytes = 64 * 1024 * 1024

/**
 * Reads a file of any size by a blueprint's columns, some rows at a time. CSV and JSON Lines, plain or gzip, are
 * streamed: memory holds one batch. Parquet is held compressed and decoded by row group; a JSON document is held whole.
 * Values and findings are those of `readData`.
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
  let firstRow = 0
  for await (const table of tables(path, options)) {
    throwIfAborted(signal)
    // Later parts of JSON Lines may lack a field that the first part has: that is a matter of rows, not of the file.
    const columns =
      firstRow === 0
        ? options.columns
        : options.columns.map((column) => ({ ...column, required: false, ...keepDefault(column) }))
    const { frame, findings, unexpected } = typedFrame(table, { ...options, columns })
    const news = findings.filter((finding) => {
      if (finding.row !== null) return true
      const key = `${finding.rule} ${finding.field}`
      return firstRow === 0 || finding.rule === 'encoding' ? !warned.has(key) && warned.add(key) : false
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
  const reader = new Pending(chunks)
  try {
    await reader.fill(sampleBytes)
    const mark = byteOrderMark(reader.bytes)
    reader.skip(mark)
    const format = sniffFormat(reader.bytes, source)
    if (format === 'delimited') yield* delimitedTables(reader, source, options.batchRows)
    else if (format === 'json_lines') yield* jsonLinesTables(reader, source, options.batchRows)
    else {
      const { bytes } = await loadFile(path, options)
      if (format === 'json') yield* slices(scanJson(bytes.subarray(mark), source), options.batchRows)
      else yield* parquetTables(bytes, source, options.batchRows)
    }
  } finally {
    await chunks.return(undefined)
  }
}

/** Bytes of a stream that are not yet used up, in one buffer that is written over as they are. */
class Pending {
  /** Whether the stream has ended. */
  final = false
  readonly #chunks: AsyncGenerator<Buffer>
  #buffer = Buffer.allocUnsafeSlow(4 * sampleBytes)
  #start = 0
  #end = 0

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks
  }

  /** Valid until the next `fill`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  /** Reads on until there are at least `length` bytes or the stream ends. */
  async fill(length: number): Promise<void> {
    while (this.#end - this.#start < length && !this.final) {
      const next = await this.#chunks.next()
      if (next.done === true) this.final = true
      else this.#append(next.value)
    }
  }

  /** Drops bytes from the front. */
  skip(length: number): void {
    this.#start += length
  }

  #append(chunk: Buffer): void {
    const kept = this.#end - this.#start
    if (this.#end + chunk.length > this.#buffer.length) {
      const needed = kept + chunk.length
      const room = needed * 2 > this.#buffer.length ? Buffer.allocUnsafeSlow(needed * 2) : this.#buffer
      this.#buffer.copy(room, 0, this.#start, this.#end)
      this.#buffer = room
      this.#start = 0
      this.#end = kept
    }
    chunk.copy(this.#buffer, this.#end)
    this.#end += chunk.length
  }
}

async function* delimitedTables(reader: Pending, source: string, batchRows: number): AsyncGenerator<Table> {
  const header = await headerOf(reader, source)
  reader.skip(header.end)
  const fields = header.names.length
  let line = header.line
  let wanted = sampleBytes
  for (;;) {
    await reader.fill(wanted)
    const { bytes, final } = reader
    const index = indexDelimited(bytes, {
      start: 0,
      delimiter: header.delimiter,
      fields,
      final,
      line,
      maxRows: batchRows,
      source,
    })
    if (index.rows < batchRows && !final) {
      if (index.rows === 0) rejectEndlessRow(bytes.length, line, source)
      wanted = bytes.length * 2
      continue
    }
    if (index.rows > 0) {
      const used = bytes.subarray(0, index.consumed)
      yield {
        names: header.names,
        rows: index.rows,
        cells: { kind: 'delimited', bytes, offsets: index.cells },
        findings: [...(isUtf8(used) ? [] : [encodingFinding()]), ...raggedFindings(index.ragged, fields)],
      }
    }
    reader.skip(index.consumed)
    line = index.line
    wanted = Math.max(sampleBytes, Math.ceil(index.consumed * 1.1))
    if (final && (reader.bytes.length === 0 || index.rows === 0)) return
  }
}

async function headerOf(reader: Pending, source: string): Promise<DelimitedHeader> {
  for (;;) {
    try {
      const header = readHeader(reader.bytes, 0, source)
      if (reader.final || header.end < reader.bytes.length) return header
    } catch (error) {
      if (reader.final || !(error instanceof ClaimsError) || error.code === 'duplicate_column') throw error
    }
    rejectEndlessRow(reader.bytes.length, 1, source)
    await reader.fill(reader.bytes.length * 2 + 1)
  }
}

async function* jsonLinesTables(reader: Pending, source: string, batchRows: number): AsyncGenerator<Table> {
  let line = 1
  let wanted = sampleBytes
  for (;;) {
    await reader.fill(wanted)
    const { bytes, final } = reader
    let end = 0
    for (let rows = 0; rows < batchRows; rows++) {
      const newline = bytes.indexOf(10, end)
      if (newline < 0) {
        if (final) end = bytes.length
        else if (rows === 0) rejectEndlessRow(bytes.length, line, source)
        if (!final) end = -1
        break
      }
      end = newline + 1
    }
    if (end < 0) {
      wanted = bytes.length * 2
      continue
    }
    const { records, findings, lines } = parseJsonLines(bytes.subarray(0, end), line)
    if (records.length > 0) yield tableOfRecords(records, 'json_lines', findings)
    line += lines
    reader.skip(end)
    wanted = Math.max(sampleBytes, Math.ceil(end * 1.1))
    if (final && reader.bytes.length === 0) return
  }
}

async function* parquetTables(bytes: Buffer, source: string, batchRows: number): AsyncGenerator<Table> {
  const file = await openParquet(bytes, source)
  let start = 0
  for (const group of file.metadata.row_groups) {
    const rows = Number(group.num_rows)
    const columns = await readParquetRows(file, start, start + rows)
    yield* slices({ names: file.names, rows, cells: { kind: 'values', columns }, findings: [] }, batchRows)
    start += rows
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
