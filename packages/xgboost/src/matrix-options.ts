import type { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import type { ColumnInfoOptions, MatrixInfoOptions } from './matrix-info.ts'

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

/** {@link DMatrixOptions} with the number of columns of sparse rows. */
export interface SparseOptions extends DMatrixOptions {
  readonly columns: number
}

/** {@link DMatrixOptions} with the number of rows of sparse columns. */
export interface SparseColumnsOptions extends DMatrixOptions {
  readonly rows: number
}

/** How quantile bins are made. */
export interface BinOptions {
  /** The number of bins; must be the `maxBin` of the training. Default 256. */
  readonly maxBin?: number
  /** The training matrix, whose bins an evaluation set takes over. */
  readonly ref?: DataMatrix
}

/** What a matrix that is built of batches takes; what belongs to rows stands in the batches. */
export interface BatchesOptions extends ColumnInfoOptions {
  /** The value that means missing, beside NaN. Default NaN. */
  readonly missing?: number
  /** Threads that build the matrix; 0 or absent means all. */
  readonly nthread?: number
  /** The library that holds the matrix. Default {@link library}. */
  readonly library?: XGBoostLibrary
}

/** Checks the options of bins. */
export function binsOf({ maxBin = 256 }: BinOptions): number {
  if (!Number.isSafeInteger(maxBin) || maxBin < 2 || maxBin >= 2 ** 31)
    throw new XGBoostError('invalid_parameter', `maxBin must be a whole number of at least 2; got ${maxBin}`)
  return maxBin
}

/** The part of the options that belongs to columns. */
export function columnInfoOf(options: ColumnInfoOptions): ColumnInfoOptions {
  const { featureNames, featureTypes, featureWeights } = options
  return {
    ...(featureNames && { featureNames }),
    ...(featureTypes && { featureTypes }),
    ...(featureWeights && { featureWeights }),
  }
}
