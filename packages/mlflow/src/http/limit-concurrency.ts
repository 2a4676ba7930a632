/** Lets a number of pieces of work run at a time; the others wait in order. */
export interface ConcurrencyLimit {
  /**
   * Waits for a place; the function it resolves to gives the place back.
   *
   * @throws the signal's reason when it is aborted before
   */
  acquire(signal?: AbortSignal): Promise<() => void>
}

/** @param most how many at a time */
export function limitConcurrency(most: number): ConcurrencyLimit {
  let running = 0
  const waiting = new Set<() => void>()
  const place = (): (() => void) => {
    let released = false
    return () => {
      if (released) return
      released = true
      const [next] = waiting
      if (next === undefined) running -= 1
      else {
        waiting.delete(next)
        next()
      }
    }
  }
  return {
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        if (running < most) {
          running += 1
          resolve(place())
          return
        }
        const leave = (): void => {
          waiting.delete(enter)
          reject(new Error('aborted', { cause: signal?.reason }))
        }
        const enter = (): void => {
          signal?.removeEventListener('abort', leave)
          resolve(place())
        }
        waiting.add(enter)
        signal?.addEventListener('abort', leave, { once: true })
      }),
  }
}
