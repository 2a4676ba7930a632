import type { ReadingOptions } from '../load-file.ts'
import type { RawTable, ScannedTable } from '../raw-table.ts'

/** Some rows of a source whose cells are found but not yet typed. */
export type TablePart = Omit<ScannedTable, 'format'> & {
  /**
   * Where the parts of a source may hold other fields each, as those of JSON Lines may: whether more parts follow. Absent
   * where all have the same.
   */
  readonly part?: 'one' | 'last'
}

/**
 * Port: labelled or unlabelled rows from somewhere: a file, records in memory, a table of a database.
 *
 * What an adapter guarantees; `describeDataSource` of `@claims/ingestion/testing` checks it:
 *
 * - **The same rows.** `table` and `batches` give the same cells and findings in the same order, at any batch size. No
 *   row is dropped, repaired or typed: how a cell is read is decided above, by the blueprint and the cell alone.
 * - **Lineage.** The lineage of a table names what was read in that call; its SHA-256 is equal for equal content and
 *   differs for different content.
 * - **Ownership.** What was handed out is never changed afterwards, by nobody.
 * - **Reading again.** A source may be read any number of times, also at once, unless its adapter says otherwise (a pipe
 *   can be read once). Whether the content may change between two readings is the adapter's to say; one reading sees
 *   one state of it.
 * - **Abort.** After the signal, both end with `aborted` soon, and free what they hold. So does a caller that stops
 *   taking batches.
 */
export interface DataSource {
  /** What people call it, such as `claims.csv`: no folders, no secrets. */
  readonly name: string
  /** Paths of the files that are read, so that no output is written over one; empty where there are none. */
  readonly files: readonly string[]

  /**
   * All rows.
   *
   * @param options signal, listener; how text is written, where the source is text
   * @throws ClaimsError `empty_data` where there are no rows; `aborted`; what the adapter says
   */
  table(options?: ReadingOptions): Promise<RawTable>

  /**
   * All rows, some at a time; memory holds one batch where the adapter can.
   *
   * @param rows most rows of a batch, at least 1
   * @param options as for `table`
   * @throws ClaimsError as `table`, when the rows concerned are reached
   */
  batches(rows: number, options?: ReadingOptions): AsyncIterable<TablePart>
}
