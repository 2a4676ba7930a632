import { XGBoostError } from '../errors.ts'
import type { Pointer } from './native-api.ts'

interface Resource {
  pointer: Pointer
  free: (pointer: Pointer) => void
}

const registry = new FinalizationRegistry<Resource>(({ pointer, free }) => {
  free(pointer)
})

/**
 * Owns one native object: freed once, by `dispose()` or, failing that, after garbage collection. While a native call
 * on another thread holds it, freeing waits for that call.
 */
export class NativeHandle implements Disposable {
  readonly #resource: Resource
  readonly #label: string
  #users = 0
  #disposed = false

  constructor(label: string, pointer: Pointer, free: (pointer: Pointer) => void) {
    this.#label = label
    this.#resource = { pointer, free }
    registry.register(this, this.#resource, this)
  }

  get disposed(): boolean {
    return this.#disposed
  }

  get inUse(): boolean {
    return this.#users > 0
  }

  /** The address; throws `disposed` once the object is freed. */
  get pointer(): Pointer {
    if (this.#disposed) throw new XGBoostError('disposed', `this ${this.#label} was disposed`)
    return this.#resource.pointer
  }

  /** The address within a held call, which a `dispose()` meanwhile does not end. */
  get heldPointer(): Pointer {
    return this.#users > 0 ? this.#resource.pointer : this.pointer
  }

  /** Marks the start of a native call on another thread; returns what marks its end. */
  hold(): () => void {
    if (this.#disposed) throw new XGBoostError('disposed', `this ${this.#label} was disposed`)
    this.#users += 1
    return () => {
      this.#users -= 1
      if (this.#disposed && this.#users === 0) this.#free()
    }
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    if (this.#users === 0) this.#free()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #free(): void {
    registry.unregister(this)
    this.#resource.free(this.#resource.pointer)
  }
}
