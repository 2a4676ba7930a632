import { isUtf8 } from 'node:buffer'
import { ClaimsError } from '@claims/contracts'
import { readHeader } from './delimited-header.ts'
import { indexDelimited } from './index-delimited.ts'
import { loadFile, throwIfAborted, type LoadedFile, type ReadingOptions } from './load-file.ts'
import type { RawTable, ScannedTable } from './raw-table.ts'
import { encodingFinding, raggedFindings } from './row-findings.ts'
import { scanJson, scanJsonLines } from './scan-json.ts'
import { scanParquet } from './scan-parquet.ts'
import { byteOrderMark, emptyData, sniffFormat } from './sniff-format.ts'

const maximumBytes = 2 ** 32 - 1

/**
 * Reads a file and finds its cells; the format is told from the contents.
 *
 * @param path CSV or TSV (delimiter `,` `;` tab or `|`), JSON (an array of objects, or `{"claims": [...]}`), JSON
 *   Lines or Parquet; each of them plain or gzip
 * @returns header, cells and lineage; rows are never dropped
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `empty_data`, `unsupported_format`, `duplicate_column`, `aborted`
 * @example
 * const raw = await scanTable('claims.csv.gz')
 * const { blueprint } = inferBlueprint(raw, { label: 'is_high_risk' })
 * const { frame } = typedFrame(raw, blueprint.columns)
 */
export async function scanTable(path: string, options: ReadingOptions = {}): Promise<RawTable> {
  const file = await loadFile(path, options)
  const table = await scanBytes(file)
  throwIfAborted(options.signal)
  if (table.rows === 0) throw emptyData(file.source, 'has a header but no rows')
  const { format, ...rest } = table
  return {
    ...rest,
    lineage: {
      source: file.source,
      sha256: file.sha256,
      bytes: file.size,
      rows: table.rows,
      format: file.compressed ? `${format} gzip` : format,
    },
  }
}

async function scanBytes(file: LoadedFile): Promise<ScannedTable> {
  const { source } = file
  const mark = byteOrderMark(file.bytes)
  switch (sniffFormat(file.bytes.subarray(mark), source)) {
    case 'parquet':
      return scanParquet(file.bytes, source)
    case 'json':
      return scanJson(file.bytes.subarray(mark), source)
    case 'json_lines':
      return scanJsonLines(file.bytes.subarray(mark))
    case 'delimited':
      return scanDelimited(file.bytes, mark, source)
  }
}

function scanDelimited(bytes: Buffer, start: number, source: string): ScannedTable {
  if (bytes.length > maximumBytes) {
    throw new ClaimsError('unsupported_format', `${source} holds more than 4 GiB of text`, {
      problems: [{ field: source, problem: 'is too large to hold', allowed: 'up to 4 GiB, or Parquet' }],
    })
  }
  const header = readHeader(bytes, start, source)
  const fields = header.names.length
  const index = indexDelimited(bytes, {
    start: header.end,
    delimiter: header.delimiter,
    fields,
    final: true,
    line: header.line,
    source,
  })
  return {
    names: header.names,
    rows: index.rows,
    cells: { kind: 'delimited', bytes, offsets: index.cells },
    findings: [...(isUtf8(bytes) ? [] : [encodingFinding()]), ...raggedFindings(index.ragged, fields)],
    format: header.delimiter === 9 ? 'tsv' : 'csv',
  }
}
