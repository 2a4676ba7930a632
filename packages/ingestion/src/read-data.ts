import type { Finding } from '@claims/contracts'
import type { Frame } from '@claims/frame'
import type { BindOptions } from './bind-columns.ts'
import type { ReadingOptions } from './load-file.ts'
import type { Lineage } from './raw-table.ts'
import type { DataSource } from './source/data-source.ts'
import { dataSource } from './source/file-source.ts'
import { typedFrame } from './typed-frame.ts'

/** What to read of a file. */
export interface ReadDataOptions extends BindOptions, ReadingOptions {}

/** A file as a frame. */
export interface ReadResult {
  /** The blueprint's columns in its order, without `ignored` ones. */
  readonly frame: Frame
  /** What was not as the columns say; rows are 0-based data rows. */
  readonly findings: Finding[]
  /** Columns of the file that the blueprint does not know. */
  readonly unexpected: string[]
  readonly lineage: Lineage
}

/**
 * Reads data by a blueprint's columns. Rows are never dropped.
 *
 * A cell that is not of its column's type (also a date that does not exist, an infinite number) becomes missing and
 * makes a finding of rule `type`; a row with too many or too few fields stays, with a finding of rule `ragged_row`. An
 * empty cell or one that holds a missing token is missing; of an optional column with a default it takes the default.
 *
 * @param data a source, or the path of a file; formats as in `scanTable`
 * @param options columns
 * @throws ClaimsError `file_not_found`, `unreadable_file`, `empty_data`, `unsupported_format`, `duplicate_column`,
 *   `missing_column`, `label_absent`, `aborted`
 * @example
 * const { frame, findings, lineage } = await readData('claims.csv.gz', { columns: blueprint.columns })
 */
export async function readData(data: string | DataSource, options: ReadDataOptions): Promise<ReadResult> {
  const raw = await dataSource(data).table(options)
  return { ...typedFrame(raw, options), lineage: raw.lineage }
}
