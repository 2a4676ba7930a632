/** Lets a number of pieces of work run at a time; the others wait in order. */
export interface ConcurrencyLimit {
  /** Waits for a place; the function it resolves to gives the place back. */
  acquire(): Promise<() => void>
}

/** @param most how many at a time */
export function limitConcurrency(most: number): ConcurrencyLimit {
  let running = 0
  const waiting: (() => void)[] = []
  const release = (): (() => void) => {
    let released = false
    return () => {
      if (released) return
      released = true
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
  return {
    acquire: () =>
      new Promise((resolve) => {
        if (running < most) {
          running += 1
          resolve(release())
        } else
          waiting.push(() => {
            resolve(release())
          })
      }),
  }
}
