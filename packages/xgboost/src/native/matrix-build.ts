import koffi from 'koffi'
import { messageOf } from '../errors.ts'
import type { XGBoostErrorCode } from '../errors.ts'
import { setInfo, setValues } from './matrix-batch.ts'
import type { NativeBatch } from './matrix-batch.ts'
import { callbackTypes } from './native-api.ts'
import type { NativeApi, Pointer } from './native-api.ts'

/** The matrices that the library builds by calling back for batches. */
export type BuiltMatrixKind = 'quantile' | 'externalMemory' | 'quantileExternalMemory'

/** Which matrix to build, from batches that are all known. */
export interface MatrixBuild {
  readonly name: 'matrixBuild'
  readonly kind: BuiltMatrixKind
  readonly config: string
  /** The matrix whose quantiles to use, 0 for none. */
  readonly ref: Pointer
  readonly batches: readonly NativeBatch[]
}

/** The built matrix, or why there is none. */
export type MatrixBuilt =
  | { readonly pointer: Pointer }
  | { readonly code: XGBoostErrorCode; readonly message: string }

/** Where a build takes its batches from: `next` answers nothing at the end of a pass, `reset` begins another. */
export interface BatchSource {
  next(): NativeBatch | undefined
  reset(): void
}

/** Reads known batches again and again. */
export function sourceOf(batches: readonly NativeBatch[]): BatchSource {
  let position = 0
  return {
    next: () => batches[position++],
    reset: () => {
      position = 0
    },
  }
}

/** Builds a matrix on the calling thread, which the library calls back for every batch of every pass. */
export function buildMatrix(
  native: NativeApi,
  { kind, config, ref }: Pick<MatrixBuild, 'kind' | 'config' | 'ref'>,
  source: BatchSource,
): MatrixBuilt {
  const out = new BigUint64Array(1)
  if (native.proxyMatrixCreate(out) !== 0) return { code: 'native', message: native.getLastError() }
  const proxy = out[0] ?? 0n
  let failure: { code: XGBoostErrorCode; message: string } | undefined
  const guarded = (step: () => number): number => {
    if (failure) return 0
    try {
      return step()
    } catch (error) {
      failure = { code: 'native', message: messageOf(error) }
      return 0
    }
  }
  const next = (): number =>
    guarded(() => {
      const batch = source.next()
      if (!batch) return 0
      const code = setValues(native, proxy, batch.values) ?? setInfo(native, proxy, batch.info)
      if (code) failure = { code, message: native.getLastError() }
      return code ? 0 : 1
    })
  const reset = (): void => {
    guarded(() => {
      source.reset()
      return 0
    })
  }
  const nextAt = koffi.register(next, callbackTypes.next)
  const resetAt = koffi.register(reset, callbackTypes.reset)
  out[0] = 0n
  try {
    const status = create(native, kind, { proxy, ref: ref === 0n ? null : ref, resetAt, nextAt, config, out })
    const pointer = out[0]
    if (status === 0 && !failure) return { pointer }
    if (status === 0) native.matrixFree(pointer)
    return failure ?? { code: 'invalid_data', message: native.getLastError() }
  } finally {
    koffi.unregister(nextAt)
    koffi.unregister(resetAt)
    native.matrixFree(proxy)
  }
}

interface CreateArguments {
  readonly proxy: Pointer
  readonly ref: Pointer | null
  readonly resetAt: Pointer
  readonly nextAt: Pointer
  readonly config: string
  readonly out: BigUint64Array
}

const create = (
  native: NativeApi,
  kind: BuiltMatrixKind,
  { proxy, ref, resetAt, nextAt, config, out }: CreateArguments,
): number => {
  if (kind === 'externalMemory')
    return native.matrixFromCallback(null, proxy, resetAt, nextAt, config, out)
  const make =
    kind === 'quantile' ? native.quantileMatrixFromCallback : native.quantileExternalMatrixFromCallback
  if (!make) throw new TypeError(`the library cannot build a matrix of kind ${kind}`)
  return make(null, proxy, ref, resetAt, nextAt, config, out)
}
