import type { ClaimsError } from './claims-error.ts'

/** How a watch learns of a change: it is told, or it looks again and again. */
export type WatchMethod = 'notification' | 'polling'

/** How a watch fares. */
export interface LedgerWatchState {
  /** What holds now; a store that tells of changes may cease to. */
  readonly method: WatchMethod
  /** When the store answered last; null before the first time. */
  readonly lastLook: Date | null
  /** Why the store did not answer at the last look; null where it did. */
  readonly failure: ClaimsError | null
}

/**
 * Port: tells which sequences of a `Ledger` were appended to.
 *
 * What an adapter guarantees; `describeLedgerWatch` of `@claims/contracts/testing` checks it:
 *
 * - **Completeness.** An iteration begins with every name that has entries; after that, each append that was answered, in
 *   any process, is followed by its name. What happened while the store was away is told when it is back. Several appends
 *   to one name may be told once, and a name may be told without an append.
 * - **Failures.** An iteration never throws for the store's sake: it goes on looking, and `state` says why it sees nothing.
 * - **Ending.** An iteration ends when its signal is aborted or its consumer leaves it, and holds no connection, file or
 *   timer afterwards. One that waits keeps no process alive.
 * - **Ownership.** Each call of `changes` is an iteration of its own; `state` is that of the one that looked last.
 */
export interface LedgerWatch {
  readonly state: LedgerWatchState

  /**
   * The names as they change.
   *
   * @param signal ends the iteration
   */
  changes(signal: AbortSignal): AsyncIterable<string>
}
