import type { Finding } from '@claims/contracts'
import { Frame, type FrameColumn } from '@claims/frame'
import { bindColumns, type BindOptions, type BoundColumn } from './bind-columns.ts'
import { columnSource } from './column-source.ts'
import { decodeCell } from './delimited-cell.ts'
import { delimitedColumnReader, type DelimitedColumnReader } from './delimited-column.ts'
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

interface Extent {
  readonly bound: readonly BoundColumn[]
  readonly rows: number
  /** Offsets per row. */
  readonly stride: number
}

function delimitedColumns(cells: DelimitedCells, extent: Extent, findings: Finding[]): FrameColumn[] {
  const { bound, rows } = extent
  const readers = bound.map(({ rules, sources }): DelimitedColumnReader | undefined => {
    const [source, ...others] = sources
    if (source === undefined || others.length > 0) return undefined
    const { position: field, multiply } = source
    return delimitedColumnReader(rules, { cells, field, stride: extent.stride, rows, multiply }, findings)
  })
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(from + blockRows, rows)
    for (const reader of readers) reader?.read(from, to)
  }
  return readers.map(
    (reader, i) => reader?.finish() ?? mergedColumn(cells, { ...extent, column: bound[i]! }, findings),
  )
}

/** A column that is found under several names of the header, or under none. */
function mergedColumn(
  { bytes, offsets }: DelimitedCells,
  { column, rows, stride }: Omit<Extent, 'bound'> & { readonly column: BoundColumn },
  findings: Finding[],
): FrameColumn {
  const names = column.sources.map(({ position, multiply }) => ({
    multiply,
    cellOf: (row: number) => {
      const at = row * stride + position
      return decodeCell(bytes, offsets[at]! + (position === 0 ? 0 : 1), offsets[at + 1]!)
    },
  }))
  return valueColumnReader(column.rules)(columnSource(names), rows, findings)
}

function valueColumns(
  columns: readonly ArrayLike<unknown>[],
  { bound, rows }: { bound: readonly BoundColumn[]; rows: number },
  findings: Finding[],
): FrameColumn[] {
  return bound.map(({ rules, sources }) => {
    const names = sources.map(({ position, multiply }) => ({
      multiply,
      cellOf: (row: number) => columns[position]?.[row],
    }))
    return valueColumnReader(rules)(columnSource(names), rows, findings)
  })
}
