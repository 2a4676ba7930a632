import { countFeatures, readFeatures } from './booster-features.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import type { Pointer } from './native/native-api.ts'
import { NativeHandle } from './native/native-handle.ts'
import type { NativeModel } from './native/native-model.ts'

/** A native booster: who frees it, who may use it, and what it is of. */
export class BoosterHandle implements Disposable {
  readonly library: XGBoostLibrary
  protected readonly handle: NativeHandle
  #tail: Promise<unknown> = Promise.resolve()

  protected constructor(pointer: Pointer, library: XGBoostLibrary, free: (pointer: Pointer) => void) {
    this.library = library
    this.handle = new NativeHandle('Booster', pointer, free)
  }

  /** The number of features the model was trained on. */
  get numFeatures(): number {
    return countFeatures(this.idle())
  }

  /** The number of boosting rounds in the model. */
  get boostedRounds(): number {
    const out = new Int32Array(1)
    this.library.check(this.library.native.boosterBoostedRounds(this.idle().pointer, out), 'native')
    return out[0] ?? 0
  }

  /** The names of the features, absent when the model has none. */
  get featureNames(): readonly string[] | undefined {
    return readFeatures(this.idle(), 'feature_name')
  }

  /** The types of the features (`q`, `int`, `i`, `c`, ...), absent when the model has none. */
  get featureTypes(): readonly string[] | undefined {
    return readFeatures(this.idle(), 'feature_type')
  }

  /** Frees the native memory, after the call that may still be running. */
  dispose(): void {
    this.handle.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** Makes an asynchronous call after those before it; what it uses is not freed meanwhile. */
  protected queued<T>(others: readonly NativeHandle[], run: (pointer: Pointer) => Promise<T>): Promise<T> {
    const releases = [this.handle, ...others].map((handle) => handle.hold())
    const result = this.#tail
      .then(() => run(this.handle.heldPointer))
      .finally(() => {
        for (const release of releases) release()
      })
    this.#tail = result.catch(() => undefined)
    return result
  }

  /** The booster while no asynchronous call uses it; throws `busy` or `disposed`. */
  protected idle(): NativeModel {
    const { pointer } = this.handle
    if (this.handle.inUse)
      throw new XGBoostError('busy', 'an asynchronous call on this booster is still running; await it first')
    return { library: this.library, pointer }
  }
}
