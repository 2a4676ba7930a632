import { XGBoostError } from './errors.ts'
import { library as defaultLibrary } from './library.ts'
import type { XGBoostLibrary } from './library.ts'
import {
  requireCells,
  requireCount,
  requireFeatureNames,
  requireLabel,
  requireWeight,
} from './matrix-fields.ts'
import type { LabelRange } from './matrix-fields.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { NumericArray } from './native/array-interface.ts'
import { NativeHandle } from './native/native-handle.ts'
import { addressOf } from './native/native-memory.ts'
import type { Pointer } from './native/native-api.ts'

/** What a matrix carries beside its values. Each array is copied by the library. */
export interface DMatrixOptions {
  /** The label, length rows, finite. */
  readonly label?: Float32Array
  /** The row weights, length rows, each at least 0. */
  readonly weight?: Float32Array
  /** One distinct name for each column. */
  readonly featureNames?: readonly string[]
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
export class DMatrix implements Disposable {
  readonly rows: number
  readonly columns: number
  readonly featureNames: readonly string[] | undefined
  /** The least and greatest label, absent when there is no label. */
  readonly labelRange: LabelRange | undefined
  readonly library: XGBoostLibrary
  /** @internal */
  readonly handle: NativeHandle

  /** @internal */
  protected constructor(pointer: Pointer, options: DenseOptions, library: XGBoostLibrary) {
    const { rows, columns, label, weight, featureNames } = options
    this.library = library
    this.handle = new NativeHandle('DMatrix', pointer, (address) => void library.native.matrixFree(address))
    this.rows = rows
    this.columns = columns
    this.featureNames = featureNames && Object.freeze([...featureNames])
    try {
      this.labelRange = label && requireLabel(label, rows)
      if (label) this.#setInfo('label', label)
      if (weight) {
        requireWeight(weight, rows)
        this.#setInfo('weight', weight)
      }
      if (featureNames) {
        requireFeatureNames(featureNames, columns)
        library.check(
          library.native.matrixSetFeatureInfo(pointer, 'feature_name', featureNames, columns),
          'invalid_parameter',
        )
      }
    } catch (error) {
      this.handle.dispose()
      throw error
    }
  }

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
    const bytes = values.byteLength
    const out = new BigUint64Array(1)
    const status = library.native.matrixFromDense(
      arrayInterface(values, [rows, columns]),
      buildConfig(options),
      out,
    )
    library.check(status, 'invalid_data')
    assertAttached([values], bytes)
    return new DMatrix(out[0] ?? 0n, options, library)
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
    return new DMatrix(out[0] ?? 0n, { ...options, rows, columns: columns.length }, library)
  }

  /** Frees the native memory; a training that still uses it goes on unharmed. */
  dispose(): void {
    this.handle.dispose()
  }

  [Symbol.dispose](): void {
    this.handle.dispose()
  }

  #setInfo(field: 'label' | 'weight', values: Float32Array): void {
    const bytes = values.byteLength
    const status = this.library.native.matrixSetInfo(
      this.handle.pointer,
      field,
      arrayInterface(values, [values.length]),
    )
    this.library.check(status, field === 'label' ? 'invalid_label' : 'invalid_weight')
    assertAttached([values], bytes)
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
