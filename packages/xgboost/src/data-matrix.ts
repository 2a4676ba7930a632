import type { XGBoostLibrary } from './library.ts'
import type { LabelRange } from './matrix-fields.ts'
import type { MatrixInfo } from './matrix-info.ts'
import { NativeHandle } from './native/native-handle.ts'
import type { Pointer } from './native/native-api.ts'

/** What is known of a matrix beside the library's own copy. @internal */
export type MatrixFacts = Pick<MatrixInfo, 'rows' | 'columns' | 'featureNames' | 'labelRange'>

/** What all matrices have in common, however they were made. */
export class DataMatrix implements Disposable {
  readonly rows: number
  readonly columns: number
  readonly featureNames: readonly string[] | undefined
  /** The least and greatest label, absent when there is no label. */
  readonly labelRange: LabelRange | undefined
  readonly library: XGBoostLibrary
  /** @internal */
  readonly handle: NativeHandle

  /** @internal */
  protected constructor(pointer: Pointer, facts: MatrixFacts, library: XGBoostLibrary) {
    this.library = library
    this.handle = new NativeHandle('DMatrix', pointer, (address) => void library.native.matrixFree(address))
    this.rows = facts.rows
    this.columns = facts.columns
    this.featureNames = facts.featureNames
    this.labelRange = facts.labelRange
  }

  /** Frees the native memory; a training that still uses it goes on unharmed. */
  dispose(): void {
    this.handle.dispose()
  }

  [Symbol.dispose](): void {
    this.handle.dispose()
  }
}
