import { checkColumns, columnInterfaces } from './columns.ts'
import type { Column } from './columns.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireCells } from './matrix-fields.ts'
import { checkInfo } from './matrix-info.ts'
import type { ColumnInfoOptions, FeatureType, MatrixInfo, RowInfoOptions } from './matrix-info.ts'
import { arrayInterface } from './native/array-interface.ts'
import type { NativeBatch, NativeValues } from './native/matrix-batch.ts'
import { requireSparse } from './sparse.ts'
import type { SparseData } from './sparse.ts'

/** Row-major values. */
export interface DenseBatch extends RowInfoOptions {
  /** Length rows x columns. */
  readonly values: Float32Array | Float64Array
  readonly rows: number
  readonly columns: number
}

/** Columns of equal length, as they stand in memory; XGBoost 2.1 and later. */
export interface ColumnBatch extends RowInfoOptions {
  readonly columns: readonly Column[]
}

/** Compressed sparse rows. */
export interface SparseBatch extends RowInfoOptions {
  readonly csr: SparseData
  readonly columns: number
}

/** Rows of a matrix: dense, columns or sparse, with their labels and the like. */
export type DataBatch = DenseBatch | ColumnBatch | SparseBatch

/** A checked batch: what goes to the library, and the arrays that must stay reachable while it reads them. */
export interface CheckedBatch {
  readonly native: NativeBatch
  readonly info: MatrixInfo
  readonly arrays: readonly ArrayBufferView[]
}

/**
 * Checks a batch and lays it out for the library.
 *
 * @throws XGBoostError `invalid_shape`, `invalid_data`, `invalid_label`, `invalid_weight`, `library_unsupported` for
 *   columns and a library before 2.1
 */
export function checkBatch(
  batch: DataBatch,
  columnInfo: ColumnInfoOptions,
  library: XGBoostLibrary,
): CheckedBatch {
  const { values, arrays, rows, columns, featureTypes } = laidOut(batch, library)
  const types = columnInfo.featureTypes ?? (featureTypes as readonly FeatureType[] | undefined)
  const info = checkInfo({ ...batch, ...columnInfo, ...(types && { featureTypes: types }) }, rows, columns)
  const { fields, featureNames } = info
  return {
    native: { values, info: { fields, featureNames, featureTypes: info.featureTypes } },
    info,
    arrays: [...arrays, ...info.arrays],
  }
}

interface LaidOut {
  readonly values: NativeValues
  readonly arrays: readonly ArrayBufferView[]
  readonly rows: number
  readonly columns: number
  readonly featureTypes?: readonly string[] | undefined
}

const laidOut = (batch: DataBatch | null, library: XGBoostLibrary): LaidOut => {
  if (typeof batch !== 'object' || batch === null)
    throw new XGBoostError('invalid_data', 'a batch must be an object with values, csr or columns')
  if ('values' in batch) {
    const { values, rows, columns } = batch
    requireCells(values, rows, columns)
    const data = arrayInterface(values, [rows, columns])
    return { values: { layout: 'dense', data }, arrays: [values], rows, columns }
  }
  if ('csr' in batch) return laidOutSparse(batch)
  if (!Array.isArray(batch.columns))
    throw new XGBoostError('invalid_data', 'a batch must hold values with rows and columns, csr, or columns')
  const checked = checkColumns(batch.columns)
  if (!library.native.proxySetColumnar)
    throw new XGBoostError(
      'library_unsupported',
      `columns in batches and in quantile matrices need XGBoost 2.1; this library is ${library.version}`,
    )
  const { data, arrays } = columnInterfaces(checked, library)
  const { rows, featureTypes } = checked
  return { values: { layout: 'columnar', data }, arrays, rows, columns: batch.columns.length, featureTypes }
}

const laidOutSparse = ({ csr, columns }: SparseBatch): LaidOut => {
  const rows = requireSparse(csr, columns)
  const { indptr, indices, values } = csr
  return {
    values: {
      layout: 'csr',
      offsets: arrayInterface(indptr, [indptr.length]),
      indices: arrayInterface(indices, [indices.length]),
      data: arrayInterface(values, [values.length]),
      columns,
    },
    arrays: [indptr, indices, values],
    rows,
    columns,
  }
}
