import type { XGBoostErrorCode } from '../errors.ts'
import type { NativeApi, Pointer } from './native-api.ts'

/** One field of a matrix beside its values, as the library reads it, and the code of a failure. */
export interface NativeField {
  readonly name: string
  readonly data: string
  readonly code: XGBoostErrorCode
}

/** What a matrix carries beside its values. The arrays behind it must stay reachable while it is used. */
export interface NativeInfo {
  readonly fields: readonly NativeField[]
  readonly featureNames: readonly string[] | undefined
  readonly featureTypes: readonly string[] | undefined
}

/** The array interfaces of a batch's values. */
export type NativeValues =
  | { readonly layout: 'dense'; readonly data: string }
  | { readonly layout: 'columnar'; readonly data: string }
  | {
      readonly layout: 'csr'
      readonly offsets: string
      readonly indices: string
      readonly data: string
      readonly columns: number
    }

/** Rows that a matrix is built from: addresses in texts, so a batch may be sent to another thread. */
export interface NativeBatch {
  readonly values: NativeValues
  readonly info: NativeInfo
}

/** Sets the fields of a matrix or of a proxy; answers the code of the first failure. */
export function setInfo(
  native: NativeApi,
  matrix: Pointer,
  { fields, featureNames, featureTypes }: NativeInfo,
): XGBoostErrorCode | undefined {
  for (const { name, data, code } of fields) if (native.matrixSetInfo(matrix, name, data) !== 0) return code
  for (const [name, values] of [
    ['feature_name', featureNames],
    ['feature_type', featureTypes],
  ] as const)
    if (values && native.matrixSetFeatureInfo(matrix, name, values, values.length) !== 0)
      return 'invalid_parameter'
  return undefined
}

/** Points a proxy at the values of a batch; answers the code of a failure. */
export function setValues(
  native: NativeApi,
  proxy: Pointer,
  values: NativeValues,
): XGBoostErrorCode | undefined {
  switch (values.layout) {
    case 'dense':
      return native.proxySetDense(proxy, values.data) === 0 ? undefined : 'invalid_data'
    case 'columnar':
      if (!native.proxySetColumnar) return 'library_unsupported'
      return native.proxySetColumnar(proxy, values.data) === 0 ? undefined : 'invalid_data'
    case 'csr': {
      const { offsets, indices, data, columns } = values
      return native.proxySetCsr(proxy, offsets, indices, data, columns) === 0 ? undefined : 'invalid_data'
    }
  }
}
