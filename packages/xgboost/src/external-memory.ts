import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BatchFactory } from './batch-provider.ts'
import { buildFromBatches } from './built-matrix.ts'
import type { BuildOptions, Built } from './built-matrix.ts'
import { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { library as defaultLibrary } from './library.ts'
import { binsOf, columnInfoOf } from './matrix-options.ts'
import type { BatchesOptions, BinOptions } from './matrix-options.ts'

/** Where a matrix that lies on disk keeps its pages. */
export interface CacheOptions {
  /**
   * How the names of the cache files begin, in a directory that exists. Absent: a temporary directory of its own, which
   * goes with the matrix.
   */
  readonly cachePrefix?: string
}

/** A built matrix and how to remove the temporary directory of its pages. */
export interface ExternalBuilt extends Built {
  readonly release: () => void
}

/** Builds a matrix whose pages lie on disk. @internal */
export async function buildExternal(
  batches: BatchFactory,
  kind: 'externalMemory' | 'quantileExternalMemory',
  options: BatchesOptions & BinOptions & CacheOptions,
): Promise<ExternalBuilt> {
  const { ref, missing = Number.NaN, nthread = 0, library = ref?.library ?? defaultLibrary() } = options
  const bins = kind === 'externalMemory' ? '' : `,"on_host":false,"max_bin":${binsOf(options)}`
  if (kind === 'quantileExternalMemory' && !library.native.quantileExternalMatrixFromCallback)
    throw new XGBoostError(
      'library_unsupported',
      `ExtMemQuantileDMatrix needs XGBoost 3.0; this library is ${library.version}; use DMatrix.fromIterator`,
    )
  const { prefix, release } = cacheOf(options)
  const build: BuildOptions = {
    kind,
    config: `{"missing":${missing},"nthread":${nthread},"cache_prefix":${JSON.stringify(prefix)}${bins}}`,
    missing,
    columnInfo: columnInfoOf(options),
    library,
    ref,
  }
  try {
    return { ...(await buildFromBatches(batches, build)), release }
  } catch (error) {
    release()
    throw error
  }
}

const cacheOf = ({ cachePrefix }: CacheOptions): { prefix: string; release: () => void } => {
  if (cachePrefix === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'xgboost-cache-'))
    return {
      prefix: join(directory, 'pages'),
      release: () => {
        rmSync(directory, { recursive: true, force: true })
      },
    }
  }
  if (cachePrefix === '' || !existsSync(dirname(cachePrefix)))
    throw new XGBoostError(
      'invalid_parameter',
      `cachePrefix must begin with a directory that exists; got ${JSON.stringify(cachePrefix)}`,
    )
  return { prefix: cachePrefix, release: () => undefined }
}

/**
 * A quantile matrix whose bins lie on disk, for data larger than memory; XGBoost 3.0 and later.
 *
 * @example
 * ```ts
 * using data = await ExtMemQuantileDMatrix.fromIterator(() => readBatches('claims.parquet'), { maxBin: 256 })
 * ```
 */
export class ExtMemQuantileDMatrix extends DataMatrix {
  /**
   * Makes the matrix from batches that are read one at a time, in several passes.
   *
   * @param batches begins a pass; each pass must give the same batches. They may come asynchronously
   * @param options names, types, missing value, bins, `ref` for an evaluation set, where the pages lie
   * @returns the matrix, to be disposed by the caller
   * @throws what reading the batches throws; XGBoostError `library_unsupported` before 3.0
   */
  static async fromIterator(
    batches: BatchFactory,
    options: BatchesOptions & BinOptions & CacheOptions = {},
  ): Promise<ExtMemQuantileDMatrix> {
    const { library = options.ref?.library ?? defaultLibrary() } = options
    const { pointer, facts, release } = await buildExternal(batches, 'quantileExternalMemory', options)
    return new ExtMemQuantileDMatrix(pointer, { ...facts, release }, library)
  }
}
