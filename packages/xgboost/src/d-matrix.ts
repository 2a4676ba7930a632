import { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { library as defaultLibrary } from './library.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireCells, requireCount } from './matrix-fields.ts'
import { checkInfo } from './matrix-info.ts'
import type { MatrixInfo, MatrixInfoOptions } from './matrix-info.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { NumericArray } from './native/array-interface.ts'
import { setInfo } from './native/matrix-batch.ts'
import { addressOf } from './native/native-memory.ts'
import type { Pointer } from './native/native-api.ts'

/** What a matrix carries beside its values, and how it is built. */
export interface DMatrixOptions extends MatrixInfoOptions {
  /** The value that means missing, beside NaN. Default NaN. */
  readonly missing?: number
  /** Threads that build the matrix; 0 or absent means all. */
  readonly nthread?: number
  /** The library that holds the matrix. Default {@link library}. */
  readonly library?: XGBoostLibrary
}

/** {@link DMatrixOptions} with the shape of a row-major array. */
export interface DenseOptions extends DMatrixOptions {
  readonly rows: number
  readonly columns: number
}

/**
 * XGBoost's data matrix. The library copies the values when the matrix is made, so the arrays may be changed later.
 *
 * @example
 * ```ts
 * using data = DMatrix.fromDense(new Float32Array([1, 2, 3, 4]), { rows: 2, columns: 2, label: new Float32Array([0, 1]) })
 * ```
 */
export class DMatrix extends DataMatrix {
  /**
   * Makes a matrix from a row-major array.
   *
   * @param values length rows x columns
   * @param options shape, label, weight, names, missing value
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_shape`, `invalid_data` (infinite values), `invalid_label`, `invalid_weight`
   */
  static fromDense(values: Float32Array | Float64Array, options: DenseOptions): DMatrix {
    const { rows, columns, library = defaultLibrary() } = options
    requireCells(values, rows, columns)
    const info = checkInfo(options, rows, columns)
    const bytes = values.byteLength
    const out = new BigUint64Array(1)
    const status = library.native.matrixFromDense(
      arrayInterface(values, [rows, columns]),
      buildConfig(options),
      out,
    )
    library.check(status, 'invalid_data')
    assertAttached([values], bytes)
    return DMatrix.#withInfo(out[0] ?? 0n, info, library)
  }

  /**
   * Makes a matrix from columns of equal length, without copying them to rows in JavaScript. NaN is missing; in an
   * integer column every value counts.
   *
   * @param columns one typed array per column, each of length rows
   * @param options label, weight, names, missing value
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_shape`, `library_unsupported` when `missing` is set and the library is older than 2.1
   */
  static fromColumns(columns: readonly NumericArray[], options: DMatrixOptions = {}): DMatrix {
    const { library = defaultLibrary(), missing = Number.NaN, nthread = 0 } = options
    const rows = columns[0]?.length ?? 0
    requireCount('columns', columns.length)
    requireCount('rows', rows)
    for (const [index, column] of columns.entries())
      if (column.length !== rows)
        throw new XGBoostError(
          'invalid_shape',
          `column ${index} must hold ${rows} rows as column 0 does; got ${column.length}`,
        )
    const info = checkInfo(options, rows, columns.length)
    const bytes = columns.reduce((total, column) => total + column.byteLength, 0)
    const out = new BigUint64Array(1)
    const { matrixFromColumnar, matrixFromDataTable } = library.native
    if (matrixFromColumnar) {
      const interfaces = `[${columns.map((column) => arrayInterface(column, [rows])).join(',')}]`
      library.check(matrixFromColumnar(interfaces, buildConfig(options), out), 'invalid_data')
    } else if (matrixFromDataTable && Number.isNaN(missing)) {
      const addresses = BigUint64Array.from(columns, addressOf)
      const types = columns.map(dataTableType)
      library.check(matrixFromDataTable(addresses, types, rows, columns.length, out, nthread), 'invalid_data')
    } else {
      throw new XGBoostError(
        'library_unsupported',
        `fromColumns with missing = ${missing} needs XGBoost 2.1; this library is ${library.version}`,
      )
    }
    assertAttached(columns, bytes)
    return DMatrix.#withInfo(out[0] ?? 0n, info, library)
  }

  static #withInfo(pointer: Pointer, info: MatrixInfo, library: XGBoostLibrary): DMatrix {
    const matrix = new DMatrix(pointer, info, library)
    try {
      const bytes = info.arrays.reduce((total, { byteLength }) => total + byteLength, 0)
      const code = setInfo(library.native, pointer, info)
      if (code) library.check(-1, code)
      assertAttached(info.arrays, bytes)
      return matrix
    } catch (error) {
      matrix.dispose()
      throw error
    }
  }
}

const buildConfig = ({ missing = Number.NaN, nthread = 0 }: DMatrixOptions): string =>
  `{"missing":${missing},"nthread":${nthread}}`

const DATA_TABLE_TYPES: Readonly<Record<string, string>> = Object.freeze({
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
})

const dataTableType = (column: NumericArray): string => {
  const found = DATA_TABLE_TYPES[column[Symbol.toStringTag]]
  if (found !== undefined) return found
  throw new XGBoostError(
    'library_unsupported',
    'an unsigned column needs XGBoost 2.1; pass it as Int32Array or Float64Array',
  )
}
