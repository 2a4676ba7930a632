import type { LibraryHandle } from 'koffi'
import { messageOf } from '../errors.ts'

/** An address in native memory. */
export type Pointer = bigint

/** What may stand for a native pointer argument: an address, an array to read or fill, or null. */
type PointerArgument = Pointer | ArrayBufferView | null

type NativeArgument = PointerArgument | string | number | readonly string[]

/** A function of the C API that answers 0 for success and -1 for failure. */
type NativeFunction<TArguments extends NativeArgument[]> = (...args: TArguments) => number

/** The functions of libxgboost that this package calls, 1.7.5 to 3.x; an optional one is not in every version. */
export interface NativeApi {
  getLastError(): string
  version(major: Int32Array, minor: Int32Array, patch: Int32Array): void
  buildInfo: NativeFunction<[out: PointerArgument]>
  setGlobalConfig: NativeFunction<[config: string]>
  matrixFromDense: NativeFunction<
    [data: PointerArgument | string, config: PointerArgument | string, out: PointerArgument]
  >
  matrixFromColumnar: NativeFunction<[data: string, config: string, out: PointerArgument]> | undefined
  matrixFromDataTable:
    | NativeFunction<
        [
          data: PointerArgument,
          types: readonly string[],
          rows: number,
          columns: number,
          out: PointerArgument,
          threads: number,
        ]
      >
    | undefined
  proxyMatrixCreate: NativeFunction<[out: PointerArgument]>
  matrixSetInfo: NativeFunction<[matrix: Pointer, field: string, data: string]>
  matrixSetFeatureInfo: NativeFunction<
    [matrix: Pointer, field: string, values: readonly string[], size: number]
  >
  matrixFree: NativeFunction<[matrix: Pointer]>
  boosterCreate: NativeFunction<[matrices: PointerArgument, length: number, out: PointerArgument]>
  boosterFree: NativeFunction<[booster: Pointer]>
  boosterSlice: NativeFunction<
    [booster: Pointer, begin: number, end: number, step: number, out: PointerArgument]
  >
  boosterBoostedRounds: NativeFunction<[booster: Pointer, out: PointerArgument]>
  boosterSetParam: NativeFunction<[booster: Pointer, name: string, value: string]>
  boosterGetNumFeature: NativeFunction<[booster: Pointer, out: PointerArgument]>
  boosterUpdateOneIter: NativeFunction<[booster: Pointer, round: number, data: Pointer]>
  boosterEvalOneIter: NativeFunction<
    [
      booster: Pointer,
      round: number,
      matrices: PointerArgument,
      names: PointerArgument,
      length: number,
      out: PointerArgument,
    ]
  >
  boosterPredictFromDense: NativeFunction<
    [
      booster: Pointer,
      data: PointerArgument,
      config: PointerArgument,
      proxy: Pointer,
      shape: Pointer,
      dimensions: Pointer,
      out: Pointer,
    ]
  >
  boosterPredictFromMatrix: NativeFunction<
    [
      booster: Pointer,
      matrix: Pointer,
      config: PointerArgument,
      shape: Pointer,
      dimensions: Pointer,
      out: Pointer,
    ]
  >
  boosterLoadModelFromBuffer: NativeFunction<[booster: Pointer, buffer: PointerArgument, length: number]>
  boosterSaveModelToBuffer: NativeFunction<
    [booster: Pointer, config: string, length: PointerArgument, out: PointerArgument]
  >
  boosterSaveJsonConfig: NativeFunction<[booster: Pointer, length: PointerArgument, out: PointerArgument]>
  boosterGetAttr: NativeFunction<
    [booster: Pointer, key: string, out: PointerArgument, success: PointerArgument]
  >
  boosterSetAttr: NativeFunction<[booster: Pointer, key: string, value: string | null]>
  boosterGetAttrNames: NativeFunction<[booster: Pointer, length: PointerArgument, out: PointerArgument]>
  boosterSetFeatureInfo: NativeFunction<
    [booster: Pointer, field: string, values: readonly string[], size: number]
  >
  boosterGetFeatureInfo: NativeFunction<
    [booster: Pointer, field: string, length: PointerArgument, out: PointerArgument]
  >
  boosterFeatureScore: NativeFunction<
    [
      booster: Pointer,
      config: string,
      count: PointerArgument,
      names: PointerArgument,
      dimensions: PointerArgument,
      shape: PointerArgument,
      scores: PointerArgument,
    ]
  >
}

const P = 'void *'
const S = 'str'
const STRINGS = 'const char **'
const I = 'int'
const U = 'uint64_t'

/** Declares the C API on a loaded library. Throws what koffi throws when a required symbol is absent. */
export function declareNativeApi(handle: LibraryHandle): NativeApi {
  const declare = <TArguments extends NativeArgument[]>(
    name: string,
    types: string[],
  ): NativeFunction<TArguments> => handle.func(name, I, types)
  const declareOptional = <TArguments extends NativeArgument[]>(
    name: string,
    types: string[],
  ): NativeFunction<TArguments> | undefined => {
    try {
      return declare<TArguments>(name, types)
    } catch (error) {
      if (messageOf(error).includes(name)) return undefined
      throw error
    }
  }
  return Object.freeze<NativeApi>({
    getLastError: handle.func('XGBGetLastError', S, []),
    version: handle.func('XGBoostVersion', 'void', [P, P, P]),
    buildInfo: declare('XGBuildInfo', [P]),
    setGlobalConfig: declare('XGBSetGlobalConfig', [S]),
    matrixFromDense: declare('XGDMatrixCreateFromDense', [S, S, P]),
    matrixFromColumnar: declareOptional('XGDMatrixCreateFromColumnar', [S, S, P]),
    matrixFromDataTable: declareOptional('XGDMatrixCreateFromDT', [P, STRINGS, U, U, P, I]),
    proxyMatrixCreate: declare('XGProxyDMatrixCreate', [P]),
    matrixSetInfo: declare('XGDMatrixSetInfoFromInterface', [P, S, S]),
    matrixSetFeatureInfo: declare('XGDMatrixSetStrFeatureInfo', [P, S, STRINGS, U]),
    matrixFree: declare('XGDMatrixFree', [P]),
    boosterCreate: declare('XGBoosterCreate', [P, U, P]),
    boosterFree: declare('XGBoosterFree', [P]),
    boosterSlice: declare('XGBoosterSlice', [P, I, I, I, P]),
    boosterBoostedRounds: declare('XGBoosterBoostedRounds', [P, P]),
    boosterSetParam: declare('XGBoosterSetParam', [P, S, S]),
    boosterGetNumFeature: declare('XGBoosterGetNumFeature', [P, P]),
    boosterUpdateOneIter: declare('XGBoosterUpdateOneIter', [P, I, P]),
    boosterEvalOneIter: declare('XGBoosterEvalOneIter', [P, I, P, P, U, P]),
    boosterPredictFromDense: declare('XGBoosterPredictFromDense', [P, P, P, P, P, P, P]),
    boosterPredictFromMatrix: declare('XGBoosterPredictFromDMatrix', [P, P, P, P, P, P]),
    boosterLoadModelFromBuffer: declare('XGBoosterLoadModelFromBuffer', [P, P, U]),
    boosterSaveModelToBuffer: declare('XGBoosterSaveModelToBuffer', [P, S, P, P]),
    boosterSaveJsonConfig: declare('XGBoosterSaveJsonConfig', [P, P, P]),
    boosterGetAttr: declare('XGBoosterGetAttr', [P, S, P, P]),
    boosterSetAttr: declare('XGBoosterSetAttr', [P, S, S]),
    boosterGetAttrNames: declare('XGBoosterGetAttrNames', [P, P, P]),
    boosterSetFeatureInfo: declare('XGBoosterSetStrFeatureInfo', [P, S, STRINGS, U]),
    boosterGetFeatureInfo: declare('XGBoosterGetStrFeatureInfo', [P, S, P, P]),
    boosterFeatureScore: declare('XGBoosterFeatureScore', [P, S, P, P, P, P, P]),
  })
}
