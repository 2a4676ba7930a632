import { ClaimsError } from '@claims/contracts'
import { missingBoolean } from './column.ts'
import type { Frame } from './frame.ts'

/** Row-major 32-bit floats with column names; NaN is missing. What models read. */
export interface Matrix {
  /** Length `rows * columns`; cell (i, j) is at `i * columns + j`. */
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
  /** Length `columns`. */
  readonly names: readonly string[]
}

const blockRows = 256

/**
 * The named columns of a frame as a matrix of 32-bit floats: 24 bits of precision, so a timestamp is exact to about
 * two minutes, and a magnitude above 3.4e38 becomes infinite.
 *
 * @param frame number, timestamp and boolean columns become numbers; missing becomes NaN
 * @param names which columns, in the matrix's order
 * @returns rows x names.length
 * @throws ClaimsError `unknown_column`; `invalid_value` for a category or text column
 */
export function toMatrix(frame: Frame, names: readonly string[]): Matrix {
  const { rows } = frame
  const columns = names.length
  const values = new Float32Array(rows * columns)
  const sources = names.map((name) => numbersOf(frame, name))
  // A block of rows at a time: writing one column through all rows would touch every line of the matrix for each.
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows)
    for (let j = 0; j < columns; j++) {
      const source = sources[j]!
      const place = { from, to, j, columns }
      if (source.isBoolean) copyBooleans(values, source.values, place)
      else copyNumbers(values, source.values, place)
    }
  }
  return { values, rows, columns, names }
}

type Source =
  | { readonly isBoolean: true; readonly values: Uint8Array }
  | { readonly isBoolean: false; readonly values: Float64Array }

function numbersOf(frame: Frame, name: string): Source {
  const column = frame.column(name)
  if (column.kind === 'category' || column.kind === 'text') {
    throw new ClaimsError('invalid_value', `Column "${name}" is ${column.kind}; a matrix holds numbers`, {
      problems: [
        {
          field: name,
          problem: `is ${column.kind}`,
          allowed: 'number, timestamp or boolean; encode it first',
        },
      ],
    })
  }
  return column.kind === 'boolean'
    ? { isBoolean: true, values: column.values }
    : { isBoolean: false, values: column.values }
}

/** Rows `from` to `to` of column `j` among `columns`. */
interface Place {
  readonly from: number
  readonly to: number
  readonly j: number
  readonly columns: number
}

function copyNumbers(into: Float32Array, source: Float64Array, { from, to, j, columns }: Place): void {
  for (let i = from, at = from * columns + j; i < to; i++, at += columns) into[at] = source[i]!
}

function copyBooleans(into: Float32Array, source: Uint8Array, { from, to, j, columns }: Place): void {
  for (let i = from, at = from * columns + j; i < to; i++, at += columns)
    into[at] = source[i] === missingBoolean ? NaN : source[i]!
}

/**
 * The given rows of a matrix.
 *
 * @param matrix the matrix
 * @param rows 0-based, in the wanted order
 * @returns rows.length x matrix.columns
 * @throws ClaimsError `invalid_value` when a row is out of range
 */
export function takeMatrixRows(matrix: Matrix, rows: Uint32Array): Matrix {
  const { columns } = matrix
  const values = new Float32Array(rows.length * columns)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row >= matrix.rows)
      throw new ClaimsError(
        'invalid_value',
        `Row ${String(row)} does not exist; the matrix has ${String(matrix.rows)} rows`,
        {
          problems: [
            {
              field: 'rows',
              problem: `${String(row)} does not exist`,
              allowed: `below ${String(matrix.rows)}`,
            },
          ],
        },
      )
    const from = row * columns
    for (let j = 0; j < columns; j++) values[i * columns + j] = matrix.values[from + j]!
  }
  return { values, rows: rows.length, columns, names: matrix.names }
}
