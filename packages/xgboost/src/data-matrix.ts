import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import type { LabelRange } from './matrix-fields.ts'
import type { MatrixInfo } from './matrix-info.ts'
import { NativeHandle } from './native/native-handle.ts'
import { readFloats, readUint32s } from './native/native-memory.ts'
import type { Pointer } from './native/native-api.ts'
import type { SparseData } from './sparse.ts'

/** What is known of a matrix beside the library's own copy. @internal */
export interface MatrixFacts extends Pick<
  MatrixInfo,
  'rows' | 'columns' | 'featureNames' | 'featureTypes' | 'labelRange'
> {
  /** What to do when the matrix was freed. */
  readonly release?: () => void
}

/** The numbers that a matrix keeps for its rows and columns. */
export type FloatInfo =
  'label' | 'weight' | 'base_margin' | 'label_lower_bound' | 'label_upper_bound' | 'feature_weights'

/** What all matrices have in common, however they were made. */
export class DataMatrix implements Disposable {
  readonly rows: number
  readonly columns: number
  readonly featureNames: readonly string[] | undefined
  readonly featureTypes: readonly string[] | undefined
  /** The least and greatest label, absent when there is no label. */
  readonly labelRange: LabelRange | undefined
  readonly library: XGBoostLibrary
  /** @internal */
  readonly handle: NativeHandle

  /** @internal */
  protected constructor(pointer: Pointer, facts: MatrixFacts, library: XGBoostLibrary) {
    this.library = library
    const { native } = library
    const { release } = facts
    this.handle = new NativeHandle('DMatrix', pointer, (address) => {
      native.matrixFree(address)
      release?.()
    })
    this.rows = facts.rows
    this.columns = facts.columns
    this.featureNames = facts.featureNames
    this.featureTypes = facts.featureTypes
    this.labelRange = facts.labelRange
  }

  /** The number of values that are not missing. */
  get numNonMissing(): number {
    const out = new BigUint64Array(1)
    this.library.check(this.library.native.matrixNumNonMissing(this.#idle(), out), 'native')
    return Number(out[0])
  }

  /** The labels: length rows, or rows x outputs; empty without labels. */
  getLabel(): Float32Array {
    return this.getFloatInfo('label')
  }

  /** The weights of rows or groups; empty without weights. */
  getWeight(): Float32Array {
    return this.getFloatInfo('weight')
  }

  /** The margin that boosting begins from; empty without one. */
  getBaseMargin(): Float32Array {
    return this.getFloatInfo('base_margin')
  }

  /** The number of rows in each query group; empty without groups. */
  getGroup(): Uint32Array {
    const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
    const status = this.library.native.matrixGetUintInfo(this.handle.pointer, 'group_ptr', length, out)
    this.library.check(status, 'native')
    const ends = readUint32s(out[0] ?? 0n, Number(length[0]))
    return ends.slice(1).map((end, index) => end - (ends[index] ?? 0))
  }

  /** A copy of the numbers that the library keeps; empty where there are none. */
  getFloatInfo(field: FloatInfo): Float32Array {
    const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
    const status = this.library.native.matrixGetFloatInfo(this.handle.pointer, field, length, out)
    this.library.check(status, 'invalid_parameter')
    return readFloats(out[0] ?? 0n, Number(length[0]))
  }

  /**
   * A copy of the values as compressed sparse rows, missing values left out. Of a quantile matrix the values are cuts.
   *
   * @returns offsets of the rows, column indices and values
   */
  getData(): SparseData {
    const { native } = this.library
    const stored = this.numNonMissing
    const offsets = new BigUint64Array(this.rows + 1)
    const [indices, values] = [new Uint32Array(stored), new Float32Array(stored)]
    this.library.check(native.matrixGetDataAsCsr(this.#idle(), '{}', offsets, indices, values), 'native')
    return { indptr: Uint32Array.from(offsets, Number), indices, values }
  }

  /**
   * Copies rows to a new matrix with what belongs to them. Not for quantile and external-memory matrices.
   *
   * @param rows row numbers, in the order wanted; a row may stand several times
   * @param options `allowGroups`: let a matrix with query groups be cut, which loses the groups
   * @returns the matrix, to be disposed by the caller
   * @throws XGBoostError `invalid_shape` for a row that there is not, `native` for a matrix that cannot be cut
   */
  slice(
    rows: Int32Array | Uint32Array | readonly number[],
    { allowGroups = false }: { readonly allowGroups?: boolean } = {},
  ): DataMatrix {
    const indices = new Int32Array(rows.length)
    if (rows.length === 0) throw new XGBoostError('invalid_shape', 'a slice must hold at least one row')
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? -1
      if (!Number.isInteger(row) || row < 0 || row >= this.rows)
        throw new XGBoostError('invalid_shape', `rows[${at}] must be 0 to ${this.rows - 1}; got ${row}`)
      indices[at] = row
    }
    const { native } = this.library
    const out = new BigUint64Array(1)
    const status = native.matrixSlice(this.#idle(), indices, indices.length, out, allowGroups ? 1 : 0)
    this.library.check(status, 'native')
    const { columns, featureNames, featureTypes } = this
    const label = this.getLabel()
    const outputs = label.length / this.rows
    const labelRange = this.labelRange && rangeOf(label, indices, outputs)
    const facts = { rows: rows.length, columns, featureNames, featureTypes, labelRange }
    return new DataMatrix(out[0] ?? 0n, facts, this.library)
  }

  /**
   * Writes the matrix to a file that {@link DMatrix.load} reads, on a thread of its own. The format is the library's
   * own and may change with its version. Not for quantile and external-memory matrices.
   *
   * @param path the file
   * @throws XGBoostError `native` with the library's message
   */
  async saveBinary(path: string): Promise<void> {
    requirePlainPath(path)
    const release = this.handle.hold()
    const thread = this.library.threads.acquire()
    const args = [this.handle.heldPointer, path, 1]
    const { status, message } = await thread.call({ name: 'matrixSaveBinary', args }).finally(() => {
      release()
      this.library.threads.release(thread)
    })
    if (status !== 0) throw this.library.failure('native', message)
  }

  /** Frees the native memory; a training that still uses it goes on unharmed. */
  dispose(): void {
    this.handle.dispose()
  }

  [Symbol.dispose](): void {
    this.handle.dispose()
  }

  #idle(): Pointer {
    const pointer = this.handle.pointer
    if (this.handle.inUse)
      throw new XGBoostError('busy', 'an asynchronous call on this matrix is still running; await it first')
    return pointer
  }
}

/** The least and greatest label of the rows with these numbers. */
const rangeOf = (label: Float32Array, rows: Int32Array, outputs: number): LabelRange => {
  let [least, greatest] = [Infinity, -Infinity]
  for (let at = 0; at < rows.length; at += 1) {
    const begin = (rows[at] ?? 0) * outputs
    for (let index = begin; index < begin + outputs; index += 1) {
      const value = label[index] ?? Number.NaN
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
  }
  return { least, greatest }
}

/** Refuses what the library would read as more than the name of a file. */
export function requirePlainPath(path: string): void {
  if (path === '' || /[?#\0]|:\/\//.test(path))
    throw new XGBoostError(
      'invalid_parameter',
      `a path must not be empty and must not hold ?, # or ://; got ${JSON.stringify(path)}`,
    )
}
