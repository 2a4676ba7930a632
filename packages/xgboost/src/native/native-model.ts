import type { XGBoostLibrary } from '../library.ts'
import type { Pointer } from './native-api.ts'

/** A booster that no other call uses, and the library that it belongs to. */
export interface NativeModel {
  readonly library: XGBoostLibrary
  readonly pointer: Pointer
}
