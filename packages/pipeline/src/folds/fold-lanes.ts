import { setImmediate } from 'node:timers/promises'
import pLimit, { type LimitFunction } from 'p-limit'
import { anySignal } from '../any-signal.ts'

/** Fits that run beside each other; each holds the matrix of a fold. */
const mostLanes = 2

/** Room for fits beside each other. */
export interface FoldLanes {
  /** Runs work when a lane is free; who asked first goes first. */
  readonly run: LimitFunction
  /** Threads of each fit. */
  readonly threads: number
}

/**
 * Shares threads among fits. Two fits of half the threads each take less time than one after the other: while one
 * prepares its rows, on the thread of the event loop, the other trains. What is fitted has the same bits either way.
 *
 * @param threads all that may be used, at least 1
 * @returns lanes, one where there is one thread
 * @example
 * const lanes = foldLanes(2)
 * await Promise.all(folds.map((fold) => lanes.run(() => fit(fold, lanes.threads))))
 */
export function foldLanes(threads: number): FoldLanes {
  const lanes = Math.min(threads, mostLanes)
  return { run: pLimit(lanes), threads: Math.max(1, Math.floor(threads / lanes)) }
}

/**
 * Does work for each item in lanes and takes the results in the order of the items, whichever is done first, so that
 * what is decided on the way does not depend on the number of lanes.
 *
 * @param items in their order
 * @param how lanes; the work, with a signal that ends what nobody waits for; what takes a result and says whether to go on
 * @throws what the first failing item throws; all work has ended by then
 */
export async function inOrder<T, R>(
  items: readonly T[],
  how: {
    readonly lanes: FoldLanes
    readonly signal: AbortSignal | undefined
    readonly work: (item: T, index: number, signal: AbortSignal) => Promise<R>
    readonly take: (result: R, index: number) => boolean
  },
): Promise<void> {
  const needless = new AbortController()
  const signal = anySignal(how.signal, needless.signal)
  const started = items.map((item, index) =>
    how.lanes.run(async () => {
      // What the item before came to is taken first where it is done.
      await setImmediate()
      if (needless.signal.aborted) return undefined
      return { result: await how.work(item, index, signal) }
    }),
  )
  const all = Promise.allSettled(started)
  try {
    for (const [index, each] of started.entries()) {
      const done = await each
      if (done === undefined || !how.take(done.result, index)) break
    }
  } finally {
    needless.abort()
    await all
  }
}
