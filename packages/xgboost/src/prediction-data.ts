import { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { requireCells, requireCount } from './matrix-fields.ts'
import type { NumericArray } from './native/array-interface.ts'
import type { PredictOptions } from './prediction-options.ts'

/** Compressed sparse rows; what is not stored is missing. */
export interface SparseRows {
  /** Where each row begins in `indices` and `values`: length rows + 1. */
  readonly indptr: Uint32Array | Int32Array
  /** The column of each value. */
  readonly indices: Uint32Array | Int32Array
  readonly values: Float32Array | Float64Array
}

/** Rows to predict: row-major with `rows` and `columns`, columns of equal length, sparse with `columns`, or a matrix. */
export type PredictionData = Float32Array | Float64Array | readonly NumericArray[] | SparseRows | DataMatrix

/** {@link PredictionData} that was checked. */
export type PredictionRows = { readonly rows: number } & (
  | { readonly layout: 'dense'; readonly values: Float32Array | Float64Array }
  | { readonly layout: 'columns'; readonly columns: readonly NumericArray[] }
  | { readonly layout: 'sparse'; readonly sparse: SparseRows }
  | { readonly layout: 'matrix'; readonly matrix: DataMatrix }
)

const isDense = (x: PredictionData): x is Float32Array | Float64Array =>
  ArrayBuffer.isView(x) && ['Float32Array', 'Float64Array'].includes(x[Symbol.toStringTag])

const isColumns = (x: PredictionData): x is readonly NumericArray[] => Array.isArray(x)

const isSparse = (x: unknown): x is SparseRows => typeof x === 'object' && x !== null && 'indptr' in x

/** Checks the shape of rows against the model's number of features. */
export function checkedRows(
  x: PredictionData,
  { rows = 0, columns }: PredictOptions,
  features: number,
): PredictionRows {
  if (isDense(x)) {
    requireFeatures(columns ?? 0, features)
    requireCells(x, rows, features)
    return { layout: 'dense', rows, values: x }
  }
  if (x instanceof DataMatrix) {
    requireFeatures(x.columns, features)
    return { layout: 'matrix', rows: x.rows, matrix: x }
  }
  if (isColumns(x)) {
    requireFeatures(x.length, features)
    return { layout: 'columns', rows: columnRows(x), columns: x }
  }
  if (isSparse(x)) {
    requireFeatures(columns ?? features, features)
    return { layout: 'sparse', rows: sparseRows(x, features), sparse: x }
  }
  throw new XGBoostError(
    'invalid_data',
    'rows must be a Float32Array, a Float64Array, a list of columns, { indptr, indices, values } or a DMatrix',
  )
}

const requireFeatures = (columns: number, features: number): void => {
  if (columns !== features)
    throw new XGBoostError(
      'feature_mismatch',
      `the model has ${features} features; the data has ${columns} columns`,
    )
}

const columnRows = (columns: readonly NumericArray[]): number => {
  const rows = columns[0]?.length ?? 0
  requireCount('rows', rows)
  for (const [index, column] of columns.entries())
    if (column.length !== rows)
      throw new XGBoostError(
        'invalid_shape',
        `column ${index} must hold ${rows} rows as column 0 does; got ${column.length}`,
      )
  return rows
}

/** The library trusts offsets and indices, so each is looked at before. */
const sparseRows = ({ indptr, indices, values }: SparseRows, features: number): number => {
  const rows = indptr.length - 1
  requireCount('rows', rows)
  if (indices.length !== values.length)
    throw new XGBoostError(
      'invalid_shape',
      `indices and values must be of equal length; got ${indices.length} and ${values.length}`,
    )
  let last = 0
  for (let row = 0; row <= rows; row += 1) {
    const offset = indptr[row] ?? -1
    if (offset < last || (row === 0 && offset !== 0))
      throw new XGBoostError(
        'invalid_shape',
        `indptr[${row}] is ${offset}; offsets begin at 0 and never fall`,
      )
    last = offset
  }
  if (last !== values.length)
    throw new XGBoostError('invalid_shape', `indptr ends at ${last}; there are ${values.length} values`)
  for (let at = 0; at < indices.length; at += 1) {
    const column = indices[at] ?? -1
    if (column < 0 || column >= features)
      throw new XGBoostError(
        'invalid_shape',
        `indices[${at}] must be a column, 0 to ${features - 1}; got ${column}`,
      )
  }
  return rows
}

/** Copies columns to row-major, for a library that predicts no columns in place. */
export function rowMajor(columns: readonly NumericArray[], rows: number): Float32Array {
  const values = new Float32Array(rows * columns.length)
  columns.forEach((column, index) => {
    for (let row = 0; row < rows; row += 1) values[row * columns.length + index] = column[row] ?? Number.NaN
  })
  return values
}
