import { ClaimsError } from '@claims/contracts'
import { readHeader } from './delimited-header.ts'
import { indexDelimited } from './index-delimited.ts'
import { loadFile, throwIfAborted, type LoadedFile, type ReadingOptions } from './load-file.ts'
import type { RawTable, ScannedTable } from './raw-table.ts'
import { quoteFindings, raggedFindings } from './row-findings.ts'
import { scanJson, scanJsonLines } from './scan-json.ts'
import { scanParquet } from './scan-parquet.ts'
import { emptyData, isParquet, sniffText } from './sniff-format.ts'
import { decodeText } from './text-decoding.ts'

const maximumBytes = 2 ** 32 - 1

/**
 * Reads a file and finds its cells; the format is told from the contents.
 *
 * @param path file or pipe: CSV or TSV (delimiter `,` `;` tab or `|`, or that of a `sep=` line; UTF-8, UTF-16 or
 *   Windows-1252), JSON (an array of objects, or an object that holds one), JSON Lines or Parquet; each of them plain or
 *   gzip
 * @param options line of the header and encoding, where they are known; signal; listener
 * @returns header, cells and lineage; rows are never dropped
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `empty_data`, `unsupported_format`, `duplicate_column`,
 *   `ambiguous_data`, `aborted`
 * @example
 * const raw = await scanTable('claims.csv.gz')
 * const { blueprint } = inferBlueprint(raw, { label: 'is_high_risk' })
 * const { frame } = typedFrame(raw, blueprint.columns)
 */
export async function scanTable(path: string, options: ReadingOptions = {}): Promise<RawTable> {
  const file = await loadFile(path, options)
  const table = scanBytes(file, options)
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

function scanBytes(file: LoadedFile, options: ReadingOptions): ScannedTable {
  const { source } = file
  if (isParquet(file.bytes, source)) return scanParquet(file.bytes, source)
  const { text, encoding, findings } = decodeText(file.bytes, { source, encoding: options.encoding })
  const table = scanText(text, source, options)
  const reading = table.reading ?? { encoding, header_row: null, delimiter: null }
  return { ...table, findings: [...findings, ...table.findings], reading: { ...reading, encoding } }
}

function scanText(text: Buffer, source: string, options: ReadingOptions): ScannedTable {
  switch (sniffText(text, { source, final: true })) {
    case 'json':
      return scanJson(text, source)
    case 'json_lines':
      return scanJsonLines(text, source)
    case 'delimited':
      return scanDelimited(text, source, options)
  }
}

function scanDelimited(bytes: Buffer, source: string, { headerRow }: ReadingOptions): ScannedTable {
  if (bytes.length > maximumBytes) {
    throw new ClaimsError('unsupported_format', `${source} holds more than 4 GiB of text`, {
      problems: [{ field: source, problem: 'is too large to hold', allowed: 'up to 4 GiB, or Parquet' }],
    })
  }
  const header = readHeader(bytes, { source, headerRow, final: true })
  const fields = header.names.length
  const index = indexDelimited(bytes, {
    start: header.end,
    delimiter: header.delimiter,
    fields,
    final: true,
    line: header.line,
    source,
  })
  const delimiter = String.fromCharCode(header.delimiter)
  return {
    names: header.names,
    rows: index.rows,
    cells: { kind: 'delimited', bytes, offsets: index.cells },
    findings: [...header.findings, ...quoteFindings(index.quotes), ...raggedFindings(index.ragged, fields)],
    format: delimiter === '\t' ? 'tsv' : 'csv',
    reading: { encoding: 'utf-8', header_row: header.headerLine, delimiter },
  }
}
