import { BatchProvider } from './batch-provider.ts'
import type { BatchFactory } from './batch-provider.ts'
import { checkBatch } from './data-batch.ts'
import type { DataBatch } from './data-batch.ts'
import type { DataMatrix, MatrixFacts } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import type { ColumnInfoOptions } from './matrix-info.ts'
import { assertAttached, byteLengthOf } from './native/array-interface.ts'
import type { BuiltMatrixKind, MatrixBuild, MatrixBuilt } from './native/matrix-build.ts'
import type { Pointer } from './native/native-api.ts'

/** Which matrix to build, of which batches. */
export interface BuildOptions {
  readonly kind: BuiltMatrixKind
  readonly config: string
  readonly missing: number
  readonly columnInfo: ColumnInfoOptions
  readonly library: XGBoostLibrary
  readonly ref?: DataMatrix | undefined
}

/** A built matrix and what is known of it. */
export interface Built {
  readonly pointer: Pointer
  readonly facts: MatrixFacts
}

/** Builds a matrix of one batch on a training thread. */
export async function buildFromBatch(batch: DataBatch, options: BuildOptions): Promise<Built> {
  const { native, info, arrays } = checkBatch(batch, options.columnInfo, options.library)
  requireColumns(options, info)
  const bytes = byteLengthOf(arrays)
  const pointer = await onThread(options, { batches: [native] })
  try {
    assertAttached(arrays, bytes)
    return { pointer, facts: info }
  } catch (error) {
    options.library.native.matrixFree(pointer)
    throw error
  }
}

/** Builds a matrix of batches that are read one at a time, as often as the library passes over them. */
export async function buildFromBatches(batches: BatchFactory, options: BuildOptions): Promise<Built> {
  const { library, columnInfo } = options
  if (typeof batches !== 'function')
    throw new XGBoostError(
      'invalid_data',
      'batches must be a function that gives an iterable: the library reads them several times',
    )
  const provider = new BatchProvider(batches, columnInfo, library)
  let pointer: Pointer | undefined
  try {
    pointer = await onThread(options, provider.channel).catch((error: unknown) => {
      provider.rethrow()
      throw error
    })
    const facts = provider.finish()
    requireColumns(options, facts)
    return { pointer, facts }
  } catch (error) {
    if (pointer !== undefined) library.native.matrixFree(pointer)
    throw error
  } finally {
    await provider.close()
  }
}

const onThread = async (
  { kind, config, missing, library, ref }: BuildOptions,
  source: Pick<MatrixBuild, 'batches'> | BatchProvider['channel'],
): Promise<Pointer> => {
  if (ref && ref.library.path !== library.path)
    throw new XGBoostError('invalid_parameter', `ref belongs to ${ref.library.path}, not to ${library.path}`)
  const release = ref?.handle.hold()
  const thread = library.threads.acquire()
  const build: MatrixBuild = {
    name: 'matrixBuild',
    kind,
    config,
    ref: ref?.handle.heldPointer ?? 0n,
    requireFinite: kind === 'quantile' && !library.atLeast('3.0.0') && Math.abs(missing) !== Infinity,
    ...('batches' in source ? source : { batches: [], channel: source }),
  }
  const built: MatrixBuilt = await thread
    .call(build, 'batches' in source ? [] : [source.port])
    .finally(() => {
      release?.()
      library.threads.release(thread)
    })
  if ('code' in built) throw library.failure(built.code, built.message)
  return built.pointer
}

const requireColumns = ({ ref }: BuildOptions, { columns }: MatrixFacts): void => {
  if (ref && ref.columns !== columns)
    throw new XGBoostError('feature_mismatch', `ref has ${ref.columns} columns; the data has ${columns}`)
}
