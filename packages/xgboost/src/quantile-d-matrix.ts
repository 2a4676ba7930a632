import { DataMatrix } from './data-matrix.ts'
import type { DenseOptions, DMatrixOptions } from './d-matrix.ts'
import { XGBoostError } from './errors.ts'
import { library as defaultLibrary } from './library.ts'
import { requireCells } from './matrix-fields.ts'
import { checkInfo } from './matrix-info.ts'
import type { MatrixInfo } from './matrix-info.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { NumericArray } from './native/array-interface.ts'
import type { NativeValues } from './native/matrix-batch.ts'

/** What a quantile matrix takes beside the fields of a {@link DMatrix}. */
export interface QuantileOptions extends DMatrixOptions {
  /** The number of bins; must be the `maxBin` of the training. Default 256. */
  readonly maxBin?: number
  /** The training matrix, whose bins an evaluation set takes over. */
  readonly ref?: DataMatrix
}

/**
 * A matrix of quantile bins for `treeMethod: 'hist'`: a byte or two for each value, made without keeping the values.
 * It is built on a thread of its own, which later trains; until the promise settles the arrays must not change.
 *
 * @example
 * ```ts
 * using data = await QuantileDMatrix.fromDense(values, { rows, columns, label })
 * using valid = await QuantileDMatrix.fromDense(others, { rows: 100, columns, label: otherLabel, ref: data })
 * ```
 */
export class QuantileDMatrix extends DataMatrix {
  /**
   * Makes a quantile matrix from a row-major array.
   *
   * @param values length rows x columns
   * @param options shape, label, weight, names, missing value, bins, `ref` for an evaluation set
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_shape`, `invalid_data` (infinite values), `invalid_label`, `invalid_weight`
   */
  static async fromDense(
    values: Float32Array | Float64Array,
    options: DenseOptions & QuantileOptions,
  ): Promise<QuantileDMatrix> {
    const { rows, columns } = options
    requireCells(values, rows, columns)
    const data = arrayInterface(values, [rows, columns])
    return QuantileDMatrix.#build([values], { layout: 'dense', data }, checkInfo(options, rows, columns), options)
  }

  static async #build(
    arrays: readonly NumericArray[],
    values: NativeValues,
    info: MatrixInfo,
    options: QuantileOptions,
  ): Promise<QuantileDMatrix> {
    const { ref, library = ref?.library ?? defaultLibrary() } = options
    requireReference(ref, info)
    const all = [...arrays, ...info.arrays]
    const bytes = all.reduce((total, { byteLength }) => total + byteLength, 0)
    const release = ref?.handle.hold()
    const thread = library.threads.acquire()
    const { fields, featureNames, featureTypes } = info
    const built = await thread
      .call({
        name: 'matrixBuild',
        kind: 'quantile',
        config: quantileConfig(options),
        ref: ref?.handle.heldPointer ?? 0n,
        batches: [{ values, info: { fields, featureNames, featureTypes } }],
      })
      .finally(() => {
        release?.()
        library.threads.release(thread)
      })
    if ('code' in built) throw library.failure(built.code, built.message)
    const matrix = new QuantileDMatrix(built.pointer, info, library)
    assertAttached(all, bytes)
    return matrix
  }
}

const requireReference = (ref: DataMatrix | undefined, { columns }: MatrixInfo): void => {
  if (ref && ref.columns !== columns)
    throw new XGBoostError('feature_mismatch', `ref has ${ref.columns} columns; the data has ${columns}`)
}

const quantileConfig = ({ missing = Number.NaN, nthread = 0, maxBin = 256 }: QuantileOptions): string => {
  if (!Number.isSafeInteger(maxBin) || maxBin < 2)
    throw new XGBoostError('invalid_parameter', `maxBin must be a whole number of at least 2; got ${maxBin}`)
  return `{"missing":${missing},"nthread":${nthread},"max_bin":${maxBin}}`
}
