import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireCount } from './matrix-fields.ts'
import { arrayInterface, maskedInterface } from './native/array-interface.ts'
import type { ColumnArray, ValidityBits } from './native/array-interface.ts'
import { cString } from './native/native-memory.ts'

/** A column with rows that have no value, or with named categories, as Arrow and DuckDB keep it. */
export interface ColumnData {
  readonly values: ColumnArray
  /**
   * A bit for each row, the least significant first, 1 where there is a value; bit 0 belongs to row 0. Absent, null or
   * empty: every row has a value.
   */
  readonly validity?: ValidityBits | null
  /** The names of the categories; `values` are then codes from 0. XGBoost 3.1 and later keep them in the model. */
  readonly categories?: readonly string[]
}

/** One column: its values alone, or with what is known of them. */
export type Column = ColumnArray | ColumnData

/** Columns that were checked, laid out for the library. */
export interface CheckedColumns {
  readonly columns: readonly ColumnData[]
  readonly rows: number
  /** `c` for columns with category names, `int` and `float` for the others; absent where no column has names. */
  readonly featureTypes: readonly string[] | undefined
}

/**
 * Checks that columns are of equal length, that validity bits reach, and that codes name a category.
 *
 * @throws XGBoostError `invalid_shape`, `invalid_data`
 */
export function checkColumns(given: readonly Column[]): CheckedColumns {
  if (!Array.isArray(given)) throw new XGBoostError('invalid_data', 'columns must be a list of typed arrays')
  const columns = given.map(columnData)
  const rows = columns[0]?.values.length ?? 0
  requireCount('columns', columns.length)
  requireCount('rows', rows)
  for (let index = 0; index < columns.length; index += 1) {
    const { values, validity, categories } = columns[index]!
    if (!ArrayBuffer.isView(values))
      throw new XGBoostError('invalid_data', `column ${index} must be a typed array`)
    if (values.length !== rows)
      throw new XGBoostError(
        'invalid_shape',
        `column ${index} must hold ${rows} rows as column 0 does; got ${values.length}`,
      )
    if (validity && validity.byteLength * 8 < rows)
      throw new XGBoostError(
        'invalid_shape',
        `column ${index} must hold a validity bit for each of the ${rows} rows; got ${validity.byteLength * 8}`,
      )
    if (categories) requireCodes(index, columns[index]!, categories.length)
  }
  const featureTypes = columns.some(({ categories }) => categories)
    ? columns.map(({ values, categories }) => (categories ? 'c' : isFloat(values) ? 'float' : 'int'))
    : undefined
  return { columns, rows, featureTypes }
}

/** The array interfaces of columns as one JSON text, and the arrays that must stay reachable. */
export function columnInterfaces(
  { columns }: CheckedColumns,
  library: XGBoostLibrary,
): { readonly data: string; readonly arrays: readonly ArrayBufferView[] } {
  const arrays: ArrayBufferView[] = []
  const texts = columns.map(({ values, validity, categories }) => {
    arrays.push(values)
    if (validity) arrays.push(validity)
    const codes = validity ? maskedInterface(values, validity) : arrayInterface(values, [values.length])
    if (!categories || !library.atLeast('3.1.0')) return codes
    const names = categoryNames(categories)
    arrays.push(names.offsets, names.values)
    const [offsets, letters] = [
      arrayInterface(names.offsets, [names.offsets.length]),
      arrayInterface(names.values, [names.values.length]),
    ]
    return `[{"offsets":${offsets},"values":${letters}},${codes}]`
  })
  return { data: `[${texts.join(',')}]`, arrays }
}

/** The column's values with NaN where there is none: a copy, for a library that reads no validity bits. */
export function withoutValidity({ values, validity }: ColumnData): ColumnArray {
  if (!validity) return values
  const bits = bytesOf(validity)
  const narrow = ['Float32Array', 'Int8Array', 'Int16Array', 'Uint8Array', 'Uint16Array']
  const copy = narrow.includes(values[Symbol.toStringTag])
    ? new Float32Array(values.length)
    : new Float64Array(values.length)
  for (let row = 0; row < values.length; row += 1)
    copy[row] = isValid(bits, row) ? Number(values[row]) : Number.NaN
  return copy
}

/** A column as an object, with validity bits only where there are some. */
export function columnData(column: Column): ColumnData {
  if (isColumnArray(column)) return { values: column }
  const { values, validity, categories } = column
  return {
    values,
    ...(validity && validity.length > 0 && { validity }),
    ...(categories && { categories }),
  }
}

const isColumnArray = (column: Column): column is ColumnArray => ArrayBuffer.isView(column)

const isFloat = (values: ColumnArray): boolean => values[Symbol.toStringTag].startsWith('Float')

const bytesOf = ({ buffer, byteOffset, byteLength }: ValidityBits): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

const isValid = (bits: Uint8Array, row: number): boolean => (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1

const requireCodes = (index: number, { values, validity }: ColumnData, categories: number): void => {
  const bits = validity && bytesOf(validity)
  for (let row = 0; row < values.length; row += 1) {
    const code = Number(values[row])
    const missing = Number.isNaN(code) || (bits && !isValid(bits, row))
    if (!missing && !(Number.isInteger(code) && code >= 0 && code < categories))
      throw new XGBoostError(
        'invalid_data',
        `column ${index}, row ${row}: ${code} is no code of the ${categories} categories`,
      )
  }
}

/** Names as Arrow keeps them: the letters of all, and where each begins. */
const categoryNames = (categories: readonly string[]): { offsets: Int32Array; values: Int8Array } => {
  const offsets = new Int32Array(categories.length + 1)
  categories.forEach((name, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + Buffer.byteLength(name)
  })
  return { offsets, values: new Int8Array(cString(categories.join('')).buffer).subarray(0, offsets.at(-1)) }
}
