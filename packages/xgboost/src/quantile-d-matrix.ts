import type { BatchFactory } from './batch-provider.ts'
import { buildFromBatch, buildFromBatches } from './built-matrix.ts'
import type { BuildOptions, Built } from './built-matrix.ts'
import type { Column } from './columns.ts'
import { DataMatrix } from './data-matrix.ts'
import { library as defaultLibrary } from './library.ts'
import { binsOf, columnInfoOf } from './matrix-options.ts'
import type {
  BatchesOptions,
  BinOptions,
  DenseOptions,
  DMatrixOptions,
  SparseOptions,
} from './matrix-options.ts'
import type { SparseData } from './sparse.ts'

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
    options: DenseOptions & BinOptions,
  ): Promise<QuantileDMatrix> {
    const build = quantileBuild(options)
    return QuantileDMatrix.#of(await buildFromBatch({ ...options, values }, build), build)
  }

  /**
   * Makes a quantile matrix from columns of equal length, read where they are.
   *
   * @param columns one typed array per column, with validity bits or category names where there are
   * @param options label, weight, names, missing value, bins, `ref` for an evaluation set
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError as {@link QuantileDMatrix.fromDense}; `library_unsupported` before 2.1
   */
  static async fromColumns(
    columns: readonly Column[],
    options: DMatrixOptions & BinOptions = {},
  ): Promise<QuantileDMatrix> {
    const build = quantileBuild(options)
    return QuantileDMatrix.#of(await buildFromBatch({ ...options, columns }, build), build)
  }

  /**
   * Makes a quantile matrix from compressed sparse rows.
   *
   * @param csr offsets, column indices and values
   * @param options columns, label, weight, names, missing value, bins, `ref` for an evaluation set
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError as {@link QuantileDMatrix.fromDense}
   */
  static async fromCsr(csr: SparseData, options: SparseOptions & BinOptions): Promise<QuantileDMatrix> {
    const build = quantileBuild(options)
    return QuantileDMatrix.#of(await buildFromBatch({ ...options, csr }, build), build)
  }

  /**
   * Makes a quantile matrix from batches that are read one at a time and not kept: about four passes over them.
   *
   * @param batches begins a pass; each pass must give the same batches. They may come asynchronously
   * @param options names, types, missing value, bins, `ref` for an evaluation set
   * @returns the matrix, to be disposed by the caller
   * @throws what reading the batches throws; XGBoostError as {@link QuantileDMatrix.fromDense}
   */
  static async fromIterator(
    batches: BatchFactory,
    options: BatchesOptions & BinOptions = {},
  ): Promise<QuantileDMatrix> {
    const build = quantileBuild(options)
    return QuantileDMatrix.#of(await buildFromBatches(batches, build), build)
  }

  static #of({ pointer, facts }: Built, { library }: BuildOptions): QuantileDMatrix {
    return new QuantileDMatrix(pointer, facts, library)
  }
}

const quantileBuild = (options: BatchesOptions & BinOptions): BuildOptions => {
  const { ref, missing = Number.NaN, nthread = 0, library = ref?.library ?? defaultLibrary() } = options
  const config = `{"missing":${missing},"nthread":${nthread},"max_bin":${binsOf(options)}}`
  return { kind: 'quantile', config, missing, columnInfo: columnInfoOf(options), library, ref }
}
