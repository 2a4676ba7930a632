/** What is freed together, the last first. Node 22 has no `DisposableStack`. */
export class Disposables {
  readonly #held: Disposable[] = []

  /** Takes one more; answers it. */
  use<T extends Disposable>(value: T): T {
    this.#held.push(value)
    return value
  }

  /** Frees all, also those after one that fails. @throws the first failure */
  dispose(): void {
    const failures: unknown[] = []
    for (const value of this.#held.splice(0).reverse())
      try {
        value[Symbol.dispose]()
      } catch (failure) {
        failures.push(failure)
      }
    if (failures.length > 0) throw failures[0]
  }
}
