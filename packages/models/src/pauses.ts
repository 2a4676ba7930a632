import { setImmediate } from 'node:timers/promises'
import { ClaimsError } from '@claims/contracts'

/** Longest stretch of work between two turns of the event loop, in milliseconds. */
const stretch = 20

/** Lets other work run between blocks of a long computation, and stops it when it is aborted. */
export interface Pauses {
  /** Whether it is time for {@link Pauses.pause}. Cheap enough for every block. */
  due(): boolean
  /** Gives the event loop a turn. @throws ClaimsError `aborted` */
  pause(): Promise<void>
}

/**
 * Pauses for one computation.
 *
 * @param signal ends the computation at its next pause
 * @throws ClaimsError `aborted` when the signal is aborted already
 */
export function createPauses(signal?: AbortSignal): Pauses {
  throwIfAborted(signal)
  let last = performance.now()
  return {
    due: () => performance.now() - last >= stretch,
    async pause() {
      await setImmediate()
      throwIfAborted(signal)
      last = performance.now()
    },
  }
}

/** @throws ClaimsError `aborted` when the signal is aborted */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted === true) {
    throw new ClaimsError('aborted', 'The work was aborted', { cause: signal.reason })
  }
}
