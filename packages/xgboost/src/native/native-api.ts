import koffi from 'koffi'
import type { LibraryHandle, TypeObject } from 'koffi'
import { messageOf } from '../errors.ts'

/** An address in native memory. */
export type Pointer = bigint

/** What may stand for a native pointer argument: an address, an array to read or fill, or null. */
type PointerArgument = Pointer | ArrayBufferView | null

type NativeArgument = PointerArgument | string | number | readonly string[]

/** A function of the C API that answers 0 for success and -1 for failure. */
type NativeFunction<TArguments extends NativeArgument[]> = (...args: TArguments) => number

type QuantileMatrixFunction = NativeFunction<
  [
    iterator: null,
    proxy: Pointer,
    ref: Pointer | null,
    reset: Pointer,
    next: Pointer,
    config: string,
    out: PointerArgument,
  ]
>

/** The functions of libxgboost that this package calls, 1.7.5 to 3.x; an optional one is not in every version. */
export interface NativeApi {
  getLastError(): string
  version(major: Int32Array, minor: Int32Array, patch: Int32Array): void
  buildInfo: NativeFunction<[out: PointerArgument]>
  setGlobalConfig: NativeFunction<[config: string]>
  getGlobalConfig: NativeFunction<[out: PointerArgument]>
  registerLogCallback: NativeFunction<[callback: Pointer]>
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
  matrixFromCsr: NativeFunction<
    [offsets: string, indices: string, values: string, columns: number, config: string, out: PointerArgument]
  >
  proxyMatrixCreate: NativeFunction<[out: PointerArgument]>
  proxySetDense: NativeFunction<[proxy: Pointer, data: string]>
  proxySetColumnar: NativeFunction<[proxy: Pointer, data: string]> | undefined
  proxySetCsr: NativeFunction<
    [proxy: Pointer, offsets: string, indices: string, data: string, columns: number]
  >
  matrixFromCallback: NativeFunction<
    [iterator: null, proxy: Pointer, reset: Pointer, next: Pointer, config: string, out: PointerArgument]
  >
  quantileMatrixFromCallback: QuantileMatrixFunction
  quantileExternalMatrixFromCallback: QuantileMatrixFunction | undefined
  matrixFromCsc:
    | NativeFunction<
        [offsets: string, indices: string, values: string, rows: number, config: string, out: PointerArgument]
      >
    | undefined
  matrixFromCscArrays:
    | NativeFunction<
        [
          offsets: PointerArgument,
          indices: PointerArgument,
          values: PointerArgument,
          lengthOfOffsets: number,
          lengthOfValues: number,
          rows: number,
          out: PointerArgument,
        ]
      >
    | undefined
  matrixFromFile: NativeFunction<[path: string, silent: number, out: PointerArgument]>
  matrixSaveBinary: NativeFunction<[matrix: Pointer, path: string, silent: number]>
  matrixSlice: NativeFunction<
    [matrix: Pointer, rows: PointerArgument, length: number, out: PointerArgument, allowGroups: number]
  >
  matrixNumRow: NativeFunction<[matrix: Pointer, out: PointerArgument]>
  matrixNumCol: NativeFunction<[matrix: Pointer, out: PointerArgument]>
  matrixNumNonMissing: NativeFunction<[matrix: Pointer, out: PointerArgument]>
  matrixGetDataAsCsr: NativeFunction<
    [
      matrix: Pointer,
      config: string,
      offsets: PointerArgument,
      indices: PointerArgument,
      values: PointerArgument,
    ]
  >
  matrixGetFloatInfo: NativeFunction<
    [matrix: Pointer, field: string, length: PointerArgument, out: PointerArgument]
  >
  matrixGetUintInfo: NativeFunction<
    [matrix: Pointer, field: string, length: PointerArgument, out: PointerArgument]
  >
  matrixGetFeatureInfo: NativeFunction<
    [matrix: Pointer, field: string, length: PointerArgument, out: PointerArgument]
  >
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
  boosterBoostOneIter: NativeFunction<
    [booster: Pointer, data: Pointer, gradient: Pointer, hessian: Pointer, length: number]
  >
  boosterTrainOneIter:
    | NativeFunction<[booster: Pointer, data: Pointer, round: number, gradient: string, hessian: string]>
    | undefined
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
  boosterPredictFromColumnar:
    | NativeFunction<
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
    | undefined
  boosterPredictFromCsr: NativeFunction<
    [
      booster: Pointer,
      offsets: PointerArgument,
      indices: PointerArgument,
      values: PointerArgument,
      columns: number,
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
  boosterLoadJsonConfig: NativeFunction<[booster: Pointer, config: string]>
  boosterDumpModel: NativeFunction<
    [
      booster: Pointer,
      map: string,
      statistics: number,
      format: string,
      length: PointerArgument,
      out: PointerArgument,
    ]
  >
  boosterDumpModelWithFeatures: NativeFunction<
    [
      booster: Pointer,
      count: number,
      names: readonly string[],
      types: readonly string[],
      statistics: number,
      format: string,
      length: PointerArgument,
      out: PointerArgument,
    ]
  >
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

/** The library calls these back while it builds a matrix from batches. */
export const callbackTypes: { readonly next: TypeObject; readonly reset: TypeObject } = Object.freeze({
  next: koffi.pointer(koffi.proto('int', ['void *'])),
  reset: koffi.pointer(koffi.proto('void', ['void *'])),
})

/** The library calls this back with every message that its verbosity lets through. */
export const logCallbackType: TypeObject = koffi.proto('void', ['str'])

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
    getGlobalConfig: declare('XGBGetGlobalConfig', [P]),
    registerLogCallback: declare('XGBRegisterLogCallback', [P]),
    matrixFromDense: declare('XGDMatrixCreateFromDense', [S, S, P]),
    matrixFromColumnar: declareOptional('XGDMatrixCreateFromColumnar', [S, S, P]),
    matrixFromDataTable: declareOptional('XGDMatrixCreateFromDT', [P, STRINGS, U, U, P, I]),
    matrixFromCsr: declare('XGDMatrixCreateFromCSR', [S, S, S, U, S, P]),
    proxyMatrixCreate: declare('XGProxyDMatrixCreate', [P]),
    proxySetDense: declare('XGProxyDMatrixSetDataDense', [P, S]),
    proxySetColumnar: declareOptional('XGProxyDMatrixSetDataColumnar', [P, S]),
    proxySetCsr: declare('XGProxyDMatrixSetDataCSR', [P, S, S, S, U]),
    matrixFromCallback: declare('XGDMatrixCreateFromCallback', [P, P, P, P, S, P]),
    quantileMatrixFromCallback: declare('XGQuantileDMatrixCreateFromCallback', [P, P, P, P, P, S, P]),
    quantileExternalMatrixFromCallback: declareOptional('XGExtMemQuantileDMatrixCreateFromCallback', [
      P,
      P,
      P,
      P,
      P,
      S,
      P,
    ]),
    matrixFromCsc: declareOptional('XGDMatrixCreateFromCSC', [S, S, S, U, S, P]),
    matrixFromCscArrays: declareOptional('XGDMatrixCreateFromCSCEx', [P, P, P, U, U, U, P]),
    matrixFromFile: declare('XGDMatrixCreateFromFile', [S, I, P]),
    matrixSaveBinary: declare('XGDMatrixSaveBinary', [P, S, I]),
    matrixSlice: declare('XGDMatrixSliceDMatrixEx', [P, P, U, P, I]),
    matrixNumRow: declare('XGDMatrixNumRow', [P, P]),
    matrixNumCol: declare('XGDMatrixNumCol', [P, P]),
    matrixNumNonMissing: declare('XGDMatrixNumNonMissing', [P, P]),
    matrixGetDataAsCsr: declare('XGDMatrixGetDataAsCSR', [P, S, P, P, P]),
    matrixGetFloatInfo: declare('XGDMatrixGetFloatInfo', [P, S, P, P]),
    matrixGetUintInfo: declare('XGDMatrixGetUIntInfo', [P, S, P, P]),
    matrixGetFeatureInfo: declare('XGDMatrixGetStrFeatureInfo', [P, S, P, P]),
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
    boosterBoostOneIter: declare('XGBoosterBoostOneIter', [P, P, P, P, U]),
    boosterTrainOneIter: declareOptional('XGBoosterTrainOneIter', [P, P, I, S, S]),
    boosterEvalOneIter: declare('XGBoosterEvalOneIter', [P, I, P, P, U, P]),
    boosterPredictFromDense: declare('XGBoosterPredictFromDense', [P, P, P, P, P, P, P]),
    boosterPredictFromColumnar: declareOptional('XGBoosterPredictFromColumnar', [P, P, P, P, P, P, P]),
    boosterPredictFromCsr: declare('XGBoosterPredictFromCSR', [P, P, P, P, U, P, P, P, P, P]),
    boosterPredictFromMatrix: declare('XGBoosterPredictFromDMatrix', [P, P, P, P, P, P]),
    boosterLoadModelFromBuffer: declare('XGBoosterLoadModelFromBuffer', [P, P, U]),
    boosterSaveModelToBuffer: declare('XGBoosterSaveModelToBuffer', [P, S, P, P]),
    boosterSaveJsonConfig: declare('XGBoosterSaveJsonConfig', [P, P, P]),
    boosterLoadJsonConfig: declare('XGBoosterLoadJsonConfig', [P, S]),
    boosterDumpModel: declare('XGBoosterDumpModelEx', [P, S, I, S, P, P]),
    boosterDumpModelWithFeatures: declare('XGBoosterDumpModelExWithFeatures', [
      P,
      I,
      STRINGS,
      STRINGS,
      I,
      S,
      P,
      P,
    ]),
    boosterGetAttr: declare('XGBoosterGetAttr', [P, S, P, P]),
    boosterSetAttr: declare('XGBoosterSetAttr', [P, S, S]),
    boosterGetAttrNames: declare('XGBoosterGetAttrNames', [P, P, P]),
    boosterSetFeatureInfo: declare('XGBoosterSetStrFeatureInfo', [P, S, STRINGS, U]),
    boosterGetFeatureInfo: declare('XGBoosterGetStrFeatureInfo', [P, S, P, P]),
    boosterFeatureScore: declare('XGBoosterFeatureScore', [P, S, P, P, P, P, P]),
  })
}
