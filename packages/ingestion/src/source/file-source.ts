import { basename } from 'node:path'
import { scanTable } from '../scan-table.ts'
import type { DataSource } from './data-source.ts'
import { fileBatches } from './file-batches.ts'

/**
 * The rows of a file or a pipe: CSV or TSV, JSON, JSON Lines or Parquet, plain or gzip, told from the contents. A file that
 * is changed while it is read is read as the system gives it; a pipe can be read once.
 *
 * @param path of the file
 * @returns the source; both readings throw `file_not_found`, `unreadable_file`, `empty_data`, `unsupported_format`,
 *   `duplicate_column`, `ambiguous_data`, `aborted`
 * @example
 * await train({ data: fileSource('claims.csv.gz'), by: { blueprint }, out: 'bundle', seed: 42, threads: 1 })
 */
export function fileSource(path: string): DataSource {
  return {
    name: basename(path),
    files: [path],
    table: (options) => scanTable(path, options),
    batches: (rows, options) => fileBatches(path, rows, options),
  }
}

/** Data as a source; a text is the path of a file. */
export function dataSource(data: string | DataSource): DataSource {
  return typeof data === 'string' ? fileSource(data) : data
}
