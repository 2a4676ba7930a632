/**
 * Wakes one who waits. It remembers that it was rung while nobody waited, once.
 *
 * @example
 * const bell = new Bell()
 * bell.ring()
 * await bell.wait(1000) // true, at once
 */
export class Bell {
  #rung = false
  #wake: (() => void) | null = null

  /** Wakes who waits, or the next who does. */
  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /**
   * Waits until it is rung, without keeping the process alive.
   *
   * @param milliseconds longest wait
   * @param signal ends the wait
   * @returns whether it was rung
   */
  async wait(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.#rung && signal?.aborted !== true)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          this.#wake = null
          resolve()
        }
        const timer = setTimeout(done, milliseconds)
        timer.unref()
        signal?.addEventListener('abort', done)
        this.#wake = done
      })
    const rung = this.#rung
    this.#rung = false
    return rung
  }
}
