import { open } from 'node:fs/promises'
import type { BatchFactory } from './batch-provider.ts'
import { checkColumns, columnInterfaces, withoutValidity } from './columns.ts'
import type { CheckedColumns, Column } from './columns.ts'
import type { ColumnBatch } from './data-batch.ts'
import { DataMatrix, requirePlainPath } from './data-matrix.ts'
import type { MatrixFacts } from './data-matrix.ts'
import { concatenate } from './concatenate.ts'
import { XGBoostError } from './errors.ts'
import { buildExternal } from './external-memory.ts'
import type { CacheOptions } from './external-memory.ts'
import { library as defaultLibrary } from './library.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireCells, requireCount, requireLabel } from './matrix-fields.ts'
import { checkInfo } from './matrix-info.ts'
import type {
  BatchesOptions,
  DenseOptions,
  DMatrixOptions,
  SparseColumnsOptions,
  SparseOptions,
} from './matrix-options.ts'
import type { FeatureType, MatrixInfo } from './matrix-info.ts'
import { arrayInterface, assertAttached, byteLengthOf } from './native/array-interface.ts'
import type { ColumnArray } from './native/array-interface.ts'
import { setInfo } from './native/matrix-batch.ts'
import { addressOf, readFloats, readStrings } from './native/native-memory.ts'
import type { Pointer } from './native/native-api.ts'
import { requireSparse } from './sparse.ts'
import type { SparseData } from './sparse.ts'

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
    const data = arrayInterface(values, [rows, columns])
    return DMatrix.#make({ arrays: [values], info, library }, (out) =>
      library.native.matrixFromDense(data, buildConfig(options), out),
    )
  }

  /**
   * Makes a matrix from columns of equal length, without copying them to rows in JavaScript. NaN is missing, and so is a
   * row without its validity bit; in an integer column every other value counts.
   *
   * @param columns one typed array per column, with validity bits or category names where there are
   * @param options label, weight, names, missing value
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_shape`, `library_unsupported` when `missing` is set or a column is of unsigned
   *   integers and the library is older than 2.1
   */
  static fromColumns(columns: readonly Column[], options: DMatrixOptions = {}): DMatrix {
    const { library = defaultLibrary(), missing = Number.NaN, nthread = 0 } = options
    const checked = checkColumns(columns)
    const { rows, featureTypes } = checked
    const types = options.featureTypes ?? (featureTypes as readonly FeatureType[] | undefined)
    const info = checkInfo({ ...options, ...(types && { featureTypes: types }) }, rows, columns.length)
    const { matrixFromColumnar, matrixFromDataTable } = library.native
    if (matrixFromColumnar) {
      const { data, arrays } = columnInterfaces(checked, library)
      return DMatrix.#make({ arrays, info, library }, (out) =>
        matrixFromColumnar(data, buildConfig(options), out),
      )
    }
    if (!matrixFromDataTable || !Number.isNaN(missing))
      throw new XGBoostError(
        'library_unsupported',
        `fromColumns with missing = ${missing} needs XGBoost 2.1; this library is ${library.version}`,
      )
    const arrays = tableColumns(checked)
    const addresses = BigUint64Array.from(arrays, addressOf)
    return DMatrix.#make({ arrays, info, library }, (out) =>
      matrixFromDataTable(addresses, arrays.map(dataTableType), rows, columns.length, out, nthread),
    )
  }

  /**
   * Makes a matrix from batches of columns, such as the chunks of a DuckDB or Arrow result. The chunks of each column
   * are joined, one column after the other; {@link QuantileDMatrix.fromIterator} reads them where they are.
   *
   * @param batches columns with validity bits where there are, labels and the like, all of the same columns
   * @param options names, types, missing value
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError as {@link DMatrix.fromColumns}
   */
  static fromBatches(batches: Iterable<ColumnBatch>, options: BatchesOptions = {}): DMatrix {
    const { columns, ...rowInfo } = concatenate([...batches])
    return DMatrix.fromColumns(columns, { ...options, ...rowInfo })
  }

  /**
   * Makes a matrix from compressed sparse rows.
   *
   * @param csr offsets, column indices and values
   * @param options columns, label, weight, names, missing value
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_shape`, `invalid_data`, `invalid_label`, `invalid_weight`
   */
  static fromCsr(csr: SparseData, options: SparseOptions): DMatrix {
    const { columns, library = defaultLibrary() } = options
    requireCount('columns', columns)
    const info = checkInfo(options, requireSparse(csr, columns), columns)
    const { indptr, indices, values } = csr
    const [offsets, at, data] = [indptr, indices, values].map(vectorInterface) as [string, string, string]
    return DMatrix.#make({ arrays: [indptr, indices, values], info, library }, (out) =>
      library.native.matrixFromCsr(offsets, at, data, columns, buildConfig(options), out),
    )
  }

  /**
   * Makes a matrix from compressed sparse columns.
   *
   * @param csc offsets, row indices and values
   * @param options rows, label, weight, names, missing value
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError as {@link DMatrix.fromCsr}; `library_unsupported` when `missing` is set before 2.0
   */
  static fromCsc(csc: SparseData, options: SparseColumnsOptions): DMatrix {
    const { rows, missing = Number.NaN, library = defaultLibrary() } = options
    requireCount('rows', rows)
    const columns = requireSparse(csc, rows)
    const info = checkInfo(options, rows, columns)
    const { indptr, indices, values } = csc
    const { matrixFromCsc, matrixFromCscArrays } = library.native
    if (matrixFromCsc) {
      const [offsets, at, data] = [indptr, indices, values].map(vectorInterface) as [string, string, string]
      return DMatrix.#make({ arrays: [indptr, indices, values], info, library }, (out) =>
        matrixFromCsc(offsets, at, data, rows, buildConfig(options), out),
      )
    }
    if (!matrixFromCscArrays || !Number.isNaN(missing))
      throw new XGBoostError(
        'library_unsupported',
        `fromCsc with missing = ${missing} needs XGBoost 2.0; this library is ${library.version}`,
      )
    const wide = BigUint64Array.from(indptr, BigInt)
    const floats = values[Symbol.toStringTag] === 'Float32Array' ? values : Float32Array.from(values)
    return DMatrix.#make({ arrays: [wide, indices, floats], info, library }, (out) =>
      matrixFromCscArrays(wide, indices, floats, wide.length, floats.length, rows, out),
    )
  }

  /**
   * Makes a matrix whose rows lie on disk, for data larger than memory, from batches that are read one at a time.
   *
   * @param batches begins a pass; each pass must give the same batches. They may come asynchronously
   * @param options names, types, missing value, where the pages lie
   * @returns the matrix, to be disposed by the caller, which removes its pages
   * @throws what reading the batches throws; XGBoostError as {@link DMatrix.fromDense}
   * @example
   * ```ts
   * async function* batches() { for await (const rows of source) yield { values: rows.x, rows: rows.n, columns: 20, label: rows.y } }
   * using data = await DMatrix.fromIterator(batches, { cachePrefix: '/var/tmp/claims' })
   * ```
   */
  static async fromIterator(
    batches: BatchFactory,
    options: BatchesOptions & CacheOptions = {},
  ): Promise<DMatrix> {
    const { library = defaultLibrary() } = options
    const { pointer, facts, release } = await buildExternal(batches, 'externalMemory', options)
    return new DMatrix(pointer, { ...facts, release }, library)
  }

  /**
   * Reads a matrix that {@link DataMatrix.saveBinary} or Python's `save_binary` wrote, on a thread of its own. The
   * library trusts what is inside the file, so read only files from a trusted place.
   *
   * @param path the file
   * @param options the library
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_data` for a file that is no matrix; the system's error for one that cannot be read
   */
  static async load(path: string, options: { readonly library?: XGBoostLibrary } = {}): Promise<DMatrix> {
    const { library = defaultLibrary() } = options
    requirePlainPath(path)
    await requireMagic(path)
    const out = new BigUint64Array(1)
    const thread = library.threads.acquire()
    const { status, message } = await thread
      .call({ name: 'matrixFromFile', args: [path, 1, addressOf(out)] })
      .finally(() => {
        library.threads.release(thread)
      })
    if (status !== 0) throw library.failure('invalid_data', message)
    const pointer = out[0] ?? 0n
    try {
      return new DMatrix(pointer, factsOf(pointer, library), library)
    } catch (error) {
      library.native.matrixFree(pointer)
      throw error
    }
  }

  static #make({ arrays, info, library }: MatrixSource, create: (out: BigUint64Array) => number): DMatrix {
    const all = [...arrays, ...info.arrays]
    const bytes = byteLengthOf(all)
    const out = new BigUint64Array(1)
    if (info.labelRange !== undefined) library.threads.warm()
    library.check(create(out), 'invalid_data')
    const matrix = new DMatrix(out[0] ?? 0n, info, library)
    try {
      const code = setInfo(library.native, matrix.handle.pointer, info)
      if (code) library.check(-1, code)
      assertAttached(all, bytes)
      return matrix
    } catch (error) {
      matrix.dispose()
      throw error
    }
  }
}

interface MatrixSource {
  readonly arrays: readonly ArrayBufferView[]
  readonly info: MatrixInfo
  readonly library: XGBoostLibrary
}

const buildConfig = ({ missing = Number.NaN, nthread = 0 }: DMatrixOptions): string =>
  `{"missing":${missing},"nthread":${nthread}}`

const vectorInterface = (array: ColumnArray): string => arrayInterface(array, [array.length])

const DATA_TABLE_TYPES: Readonly<Record<string, string>> = Object.freeze({
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
})

const dataTableType = (column: ColumnArray): string => {
  const found = DATA_TABLE_TYPES[column[Symbol.toStringTag]]
  if (found !== undefined) return found
  throw new XGBoostError(
    'library_unsupported',
    'an unsigned column needs XGBoost 2.1; pass it as Int32Array or Float64Array',
  )
}

/** Columns for a library before 2.1, which reads no validity bits: those with bits are copied, with NaN for missing. */
const tableColumns = ({ columns }: CheckedColumns): ColumnArray[] => columns.map(withoutValidity)

const BINARY_MAGIC = 0xffffab01

/** Refuses a file that the library would try to read as text. */
const requireMagic = async (path: string): Promise<void> => {
  const file = await open(path)
  try {
    const head = new DataView(new ArrayBuffer(4))
    const { bytesRead } = await file.read(head, 0, 4, 0)
    if (bytesRead < 4 || head.getUint32(0, true) !== BINARY_MAGIC)
      throw new XGBoostError('invalid_data', `${path} holds no matrix in XGBoost's binary format`)
  } finally {
    await file.close()
  }
}

const factsOf = (pointer: Pointer, library: XGBoostLibrary): MatrixFacts => {
  const { native } = library
  const out = new BigUint64Array(2)
  const count = (call: (matrix: Pointer, out: BigUint64Array) => number): number => {
    library.check(call(pointer, out), 'native')
    return Number(out[0])
  }
  const strings = (field: string): readonly string[] | undefined => {
    const [length, at] = [out.subarray(0, 1), out.subarray(1)]
    library.check(native.matrixGetFeatureInfo(pointer, field, length, at), 'native')
    return length[0] === 0n ? undefined : Object.freeze(readStrings(at[0] ?? 0n, Number(length[0])))
  }
  library.check(native.matrixGetFloatInfo(pointer, 'label', out.subarray(0, 1), out.subarray(1)), 'native')
  const label = readFloats(out[1] ?? 0n, Number(out[0]))
  return {
    rows: count(native.matrixNumRow),
    columns: count(native.matrixNumCol),
    featureNames: strings('feature_name'),
    featureTypes: strings('feature_type'),
    labelRange: label.length > 0 ? requireLabel(label, label.length) : undefined,
  }
}
