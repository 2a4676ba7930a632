import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import koffi from 'koffi'
import { messageOf } from '../errors.ts'
import type { XGBoostErrorCode } from '../errors.ts'
import { setInfo, setValues } from './matrix-batch.ts'
import type { NativeBatch, NativeValues } from './matrix-batch.ts'
import { callbackTypes } from './native-api.ts'
import type { NativeApi, Pointer } from './native-api.ts'

/** The matrices that the library builds by calling back for batches. */
export type BuiltMatrixKind = 'quantile' | 'externalMemory' | 'quantileExternalMemory'

/** Which matrix to build. */
export interface MatrixBuild {
  readonly name: 'matrixBuild'
  readonly kind: BuiltMatrixKind
  readonly config: string
  /** The matrix whose quantiles to use, 0 for none. */
  readonly ref: Pointer
  /** Whether to look for infinite values, which the library itself does not find. */
  readonly requireFinite: boolean
  /** The batches, where all are known. */
  readonly batches: readonly NativeBatch[]
  /** Where to ask for the batches otherwise. */
  readonly channel?: BatchChannel
}

/** How a building thread asks another for batches: it waits until `answered` is 1, then reads the port. */
export interface BatchChannel {
  readonly port: MessagePort
  readonly answered: SharedArrayBuffer
}

/** Asks for the next batch, or for the first one of a new pass. */
export interface BatchRequest {
  readonly fresh: boolean
}

/** The built matrix, or why there is none. */
export type MatrixBuilt =
  { readonly pointer: Pointer } | { readonly code: XGBoostErrorCode; readonly message: string }

/** Where a build takes its batches from: `next` answers nothing at the end of a pass, `reset` begins another. */
interface BatchSource {
  next(): NativeBatch | undefined
  reset(): void
}

/** Reads known batches again and again. */
function sourceOf(batches: readonly NativeBatch[]): BatchSource {
  let position = 0
  return {
    next: () => batches[position++],
    reset: () => {
      position = 0
    },
  }
}

/** Asks another thread for each batch and waits for it. */
function sourceBehind({ port, answered }: BatchChannel): BatchSource {
  const flag = new Int32Array(answered)
  let fresh = true
  return {
    next: () => {
      const request: BatchRequest = { fresh }
      fresh = false
      port.postMessage(request)
      Atomics.wait(flag, 0, 0)
      Atomics.store(flag, 0, 0)
      const received = receiveMessageOnPort(port) as { message: NativeBatch | undefined } | undefined
      return received?.message
    },
    reset: () => {
      fresh = true
    },
  }
}

/** Builds a matrix on the calling thread, which the library calls back for every batch of every pass. */
export function buildMatrix(
  native: NativeApi,
  { kind, config, ref, requireFinite, batches, channel }: MatrixBuild,
): MatrixBuilt {
  const source = channel ? sourceBehind(channel) : sourceOf(batches)
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
      if (requireFinite && hasInfinity(batch.values)) {
        failure = { code: 'invalid_data', message: 'the values hold infinity, which is not set as missing' }
        return 0
      }
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
    channel?.port.close()
  }
}

/** Whether floating-point values that lie where the array interface says hold infinity. */
const hasInfinity = ({ data: text }: NativeValues): boolean => {
  const { data, shape, typestr } = JSON.parse(text.replace(/"data":\[(\d+)/, '"data":["$1"')) as {
    readonly data: readonly [address: string, readOnly: boolean]
    readonly shape: readonly number[]
    readonly typestr: string
  }
  const length = shape.reduce((product, size) => product * size, 1)
  if (length === 0 || !['<f4', '<f8'].includes(typestr)) return false
  const view = koffi.view(BigInt(data[0]), length * Number(typestr.at(-1)))
  const values = typestr === '<f4' ? new Float32Array(view) : new Float64Array(view)
  for (let index = 0; index < length; index += 1) {
    const value = values[index] ?? 0
    if (value === Infinity || value === -Infinity) return true
  }
  return false
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
  if (kind === 'externalMemory') return native.matrixFromCallback(null, proxy, resetAt, nextAt, config, out)
  const make =
    kind === 'quantile' ? native.quantileMatrixFromCallback : native.quantileExternalMatrixFromCallback
  if (!make) throw new TypeError(`the library cannot build a matrix of kind ${kind}`)
  return make(null, proxy, ref, resetAt, nextAt, config, out)
}
