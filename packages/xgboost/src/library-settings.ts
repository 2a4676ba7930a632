/** What the library keeps for each thread: its global configuration, and whether its messages are listened to. */
export interface ThreadSettings {
  readonly globalConfiguration: string
  readonly logs: boolean
}

/**
 * The settings of one library. The library itself keeps them per thread, so a training thread is told of a change
 * before its next call.
 */
export class LibrarySettings {
  #verbosity = 0
  #configuration: Readonly<Record<string, number | boolean>> = { verbosity: 0 }
  #current: ThreadSettings = { globalConfiguration: '{"verbosity":0}', logs: false }
  #onLog: ((message: string) => void) | undefined

  /** The verbosity of a booster that is given none. */
  get verbosity(): number {
    return this.#verbosity
  }

  /** What every thread applies; the same object until a setting changes. */
  get current(): ThreadSettings {
    return this.#current
  }

  configure(change: Readonly<Record<string, number | boolean>>): void {
    this.#configuration = { ...this.#configuration, ...change }
    this.#verbosity = Number(this.#configuration['verbosity'])
    this.#current = { ...this.#current, globalConfiguration: JSON.stringify(this.#configuration) }
  }

  /** Takes the function that messages go to; answers whether the calling thread must register its callback now. */
  listen(onLog: ((message: string) => void) | undefined): boolean {
    this.#onLog = onLog
    if (!onLog || this.#current.logs) return false
    this.#current = { ...this.#current, logs: true }
    return true
  }

  log(message: string): void {
    this.#onLog?.(message)
  }
}
