import { ClaimsError, type Finding } from '@claims/contracts'
import type { Frame } from '@claims/frame'
import { bindColumns, type BindOptions } from './bind-columns.ts'
import { throwIfAborted, type ReadingOptions } from './load-file.ts'
import { emptyData } from './sniff-format.ts'
import type { DataSource } from './source/data-source.ts'
import { dataSource } from './source/file-source.ts'
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

/** Rules whose findings come with the last batch. */
const countedRules = new Set([
  'encoding',
  'json_nan',
  'duplicate_key',
  'absent_column',
  'text_behind_quote',
  'quoted_rows',
])

/**
 * Reads data of any size by a blueprint's columns, some rows at a time. Of files, CSV and JSON Lines, plain or gzip, are
 * streamed: memory holds one batch. Parquet is held compressed and decoded by row group; a JSON document is held whole;
 * both up to 4 GiB. Values and findings are those of `readData`.
 *
 * @param data a source, or the path of a file or a pipe
 * @param options columns and size of a batch
 * @throws ClaimsError as `readData`; a fault deep in the file is thrown when its batch is reached
 * @example
 * for await (const { frame, firstRow } of readBatches('claims.csv.gz', { columns, batchRows: 10_000 })) score(frame)
 */
export async function* readBatches(
  data: string | DataSource,
  options: ReadBatchesOptions,
): AsyncGenerator<DataBatch> {
  const source = dataSource(data)
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
  for await (const table of source.batches(batchRows, options)) {
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
  if (firstRow === 0) throw emptyData(source.name, 'has a header but no rows')
}

function keepDefault(column: { required: boolean; default?: unknown }): { default?: undefined } {
  return column.required ? { default: undefined } : {}
}
