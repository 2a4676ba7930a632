import { ClaimsError } from '@claims/contracts'
import { table, type ColumnTable } from 'arquero'
import {
  booleanColumn,
  cellAt,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from './column.ts'
import { Frame } from './frame.ts'

/**
 * A frame as an Arquero table. Number and timestamp columns hand over their arrays without a copy (NaN stays NaN);
 * category, text and boolean columns become arrays of values with null for missing.
 *
 * @example
 * toArquero(frame).groupby('claim_type').count()
 */
export function toArquero(frame: Frame): ColumnTable {
  const columns = new Map<string, unknown>()
  for (const [name, column] of frame.entries()) {
    const shared = column.kind === 'number' || column.kind === 'timestamp'
    columns.set(
      name,
      shared ? column.values : Array.from({ length: frame.rows }, (_, i) => cellAt(column, i)),
    )
  }
  return table(columns, [...columns.keys()])
}

/**
 * An Arquero table as a frame. A Float64Array becomes a number column without a copy, other typed arrays are widened;
 * arrays become text, number, boolean or timestamp columns by what all their values are; a column without any value is
 * text.
 *
 * @param source filtered or ordered tables are reified first
 * @throws ClaimsError `invalid_value` when a column mixes types
 */
export function fromArquero(source: ColumnTable): Frame {
  const reified = source.isFiltered() || source.isOrdered() ? source.reify() : source
  const columns = new Map<string, FrameColumn>()
  for (const name of reified.columnNames()) {
    const data = reified.column(name)!
    columns.set(name, columnOf(name, data))
  }
  return Frame.fromColumns(columns)
}

function columnOf(name: string, data: Iterable<unknown>): FrameColumn {
  if (data instanceof Float64Array) return numberColumn(data)
  const values = [...data]
  const present = values.filter((value) => value !== null && value !== undefined)
  if (present.every((value) => typeof value === 'string'))
    return textColumn(values.map((v) => (typeof v === 'string' ? v : null)))
  if (present.every((value) => typeof value === 'number' || typeof value === 'bigint'))
    return numberColumn(Float64Array.from(values, (v) => (v == null ? NaN : Number(v))))
  if (present.every((value) => typeof value === 'boolean'))
    return booleanColumn(values.map((v) => (typeof v === 'boolean' ? v : null)))
  if (present.every((value) => value instanceof Date))
    return timestampColumn(Float64Array.from(values, (v) => (v instanceof Date ? v.getTime() : NaN)))
  throw new ClaimsError('invalid_value', `Column "${name}" of the table mixes types`, {
    problems: [
      {
        field: name,
        problem: 'mixes types',
        allowed: 'only numbers, only strings, only booleans or only dates, with null for missing',
      },
    ],
  })
}
