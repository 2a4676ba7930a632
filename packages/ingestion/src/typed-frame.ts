import type { Finding } from '@claims/contracts'
import { Frame, type FrameColumn } from '@claims/frame'
import { bindColumns, type BindOptions, type BoundColumn } from './bind-columns.ts'
import { delimitedColumnReader } from './delimited-column.ts'
import type { DelimitedCells, RawTable } from './raw-table.ts'
import { valueColumnReader } from './value-column.ts'

/** A typed frame and what was found on the way. */
export interface TypedFrame {
  readonly frame: Frame
  readonly findings: Finding[]
  /** Names of the header that no column of the blueprint has. */
  readonly unexpected: string[]
}

/** Rows read of one column before the next, so that their bytes stay in the cache. */
const blockRows = 4096

/**
 * The columns of a blueprint as a typed frame.
 *
 * @param raw from `scanTable`
 * @param options columns (blueprint order is kept; `ignored` ones are left out), whether the label must be there
 * @returns frame of `raw.rows` rows; a cell that is not of its type is missing and has a finding
 * @throws ClaimsError `missing_column`, `label_absent`, `invalid_blueprint`
 */
export function typedFrame(raw: Omit<RawTable, 'lineage'>, options: BindOptions): TypedFrame {
  const { bound, unexpected, findings } = bindColumns(raw.names, options)
  const found: Finding[] = []
  const columns =
    raw.cells.kind === 'delimited'
      ? delimitedColumns(raw.cells, { bound, rows: raw.rows, stride: raw.names.length + 1 }, found)
      : valueColumns(raw.cells.columns, { bound, rows: raw.rows }, found)
  found.sort((a, b) => (a.row ?? -1) - (b.row ?? -1))
  return {
    frame: Frame.fromColumns(new Map(bound.map(({ rules }, i) => [rules.column.name, columns[i]!]))),
    findings: [...findings, ...raw.findings, ...found],
    unexpected: [...unexpected],
  }
}

function delimitedColumns(
  cells: DelimitedCells,
  { bound, rows, stride }: { bound: readonly BoundColumn[]; rows: number; stride: number },
  findings: Finding[],
): FrameColumn[] {
  const readers = bound.map(({ rules, source }) =>
    source < 0 ? undefined : delimitedColumnReader(rules, { cells, field: source, stride, rows }, findings),
  )
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(from + blockRows, rows)
    for (const reader of readers) reader?.read(from, to)
  }
  return readers.map((reader, i) => reader?.finish() ?? absentColumn(bound[i]!, rows))
}

function valueColumns(
  columns: readonly ArrayLike<unknown>[],
  { bound, rows }: { bound: readonly BoundColumn[]; rows: number },
  findings: Finding[],
): FrameColumn[] {
  return bound.map((column) => {
    const values = columns[column.source]
    if (values === undefined) return absentColumn(column, rows)
    return valueColumnReader(column.rules)((row) => values[row], rows, findings)
  })
}

/** The default, or missing, in every row. */
function absentColumn({ rules }: BoundColumn, rows: number): FrameColumn {
  return valueColumnReader(rules)(() => undefined, rows, [])
}
