import { ClaimsError } from '@claims/contracts'
import { table, type ColumnTable } from 'arquero'
import { booleanColumn, cellAt, numberColumn, textColumn, type FrameColumn } from './column.ts'
import { Frame } from './frame.ts'

/**
 * A frame as an Arquero table. Number and timestamp columns hand over their arrays without a copy (NaN stays NaN);
 * category, text and boolean columns become arrays of values with null for missing.
 *
 * @example
 * toArquero(frame).groupby('claim_type').count()
 */
export function toArquero(frame: Frame): ColumnTable {
  const columns: Record<string, unknown> = {}
  for (const [name, column] of frame.entries()) {
    columns[name] =
      column.kind === 'number' || column.kind === 'timestamp'
        ? column.values
        : Array.from({ length: frame.rows }, (_, i) => cellAt(column, i))
  }
  return table(columns)
}

/**
 * An Arquero table as a frame. A Float64Array becomes a number column without a copy, other typed arrays are widened;
 * arrays become boolean, number or text columns by their first value that is not null.
 *
 * @param source filtered or ordered tables are reified first
 * @throws ClaimsError `invalid_value` when a column mixes types
 */
export function fromArquero(source: ColumnTable): Frame {
  const reified = source.isFiltered() || source.isOrdered() ? source.reify() : source
  const columns = new Map<string, FrameColumn>()
  for (const name of reified.columnNames()) {
    const data: unknown = (reified.data() as Record<string, unknown>)[name]
    columns.set(name, columnOf(name, data))
  }
  return Frame.fromColumns(columns)
}

function columnOf(name: string, data: unknown): FrameColumn {
  if (data instanceof Float64Array) return numberColumn(data)
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) {
    return numberColumn(Float64Array.from(data as unknown as ArrayLike<number>))
  }
  const values = data as readonly unknown[]
  const sample = values.find((value) => value !== null && value !== undefined)
  const fits = (type: string): boolean => values.every((value) => value == null || typeof value === type)
  if (typeof sample === 'number' && fits('number'))
    return numberColumn(Float64Array.from(values, (v) => (v == null ? NaN : Number(v))))
  if (typeof sample === 'boolean' && fits('boolean'))
    return booleanColumn(values.map((v) => (v == null ? null : v === true)))
  if (sample instanceof Date)
    return {
      kind: 'timestamp',
      values: Float64Array.from(values, (v) => (v instanceof Date ? v.getTime() : NaN)),
    }
  if (sample === undefined || fits('string'))
    return textColumn(values.map((v) => (v == null ? null : String(v))))
  throw new ClaimsError('invalid_value', `Column "${name}" of the table mixes types`, {
    problems: [
      {
        field: name,
        problem: 'mixes types',
        allowed: 'numbers, strings, booleans or dates with null for missing',
      },
    ],
  })
}
