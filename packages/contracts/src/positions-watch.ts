import { toClaimsError, type ClaimsError } from './claims-error.ts'
import { systemClock, type Clock } from './clock.ts'
import type { LedgerWatch, LedgerWatchState, WatchMethod } from './ledger-watch.ts'

/** Where each sequence ends, by its name: a text that is another one after each append. */
export type LedgerPositions = ReadonlyMap<string, string>

/** What one iteration looks at a store with. */
export interface PositionsReader {
  /** How the reader learns of changes now. */
  readonly method: WatchMethod
  /** Where the sequences end now; null where nothing can have changed since the last answer. @param signal ends the look */
  read(signal: AbortSignal): Promise<LedgerPositions | null>
  /** Waits until it is time to look again. @param signal ends the wait */
  pause(signal: AbortSignal): Promise<void>
  /** Gives back what it holds; called once. */
  close(): Promise<void>
}

/** What a watch is made of. */
export interface PositionsWatchParts {
  /** Begins an iteration. Nothing is opened yet: what fails, fails in `read`. */
  readonly open: () => PositionsReader
  readonly clock?: Clock | undefined
}

/**
 * The watch over a store that can say where its sequences end: it looks, tells the names that end elsewhere than at the look
 * before, and waits. A look that fails changes nothing, so what happened meanwhile is told by the next that succeeds.
 *
 * @example
 * const watch = new PositionsWatch({ open: () => new DirectoryPositions('registry') })
 * for await (const name of watch.changes(signal)) console.log(`${name} was appended to`)
 */
export class PositionsWatch implements LedgerWatch {
  readonly #open: () => PositionsReader
  readonly #clock: Clock
  #method: WatchMethod = 'polling'
  #lastLook: Date | null = null
  #failure: ClaimsError | null = null

  constructor({ open, clock = systemClock }: PositionsWatchParts) {
    this.#open = open
    this.#clock = clock
  }

  get state(): LedgerWatchState {
    return { method: this.#method, lastLook: this.#lastLook, failure: this.#failure }
  }

  async *changes(signal: AbortSignal): AsyncIterable<string> {
    const reader = this.#open()
    let known: LedgerPositions = new Map()
    const ended = (): boolean => signal.aborted
    try {
      while (!ended()) {
        const now = await this.#look(reader, signal)
        for (const [name, end] of now ?? []) {
          if (ended()) return
          if (known.get(name) !== end) yield name
        }
        known = now ?? known
        if (!ended()) await reader.pause(signal)
      }
    } finally {
      await reader.close()
    }
  }

  async #look(reader: PositionsReader, signal: AbortSignal): Promise<LedgerPositions | null> {
    try {
      const positions = await reader.read(signal)
      this.#lastLook = this.#clock.now()
      this.#failure = null
      return positions
    } catch (error) {
      this.#failure = toClaimsError(error)
      return null
    } finally {
      this.#method = reader.method
    }
  }
}
