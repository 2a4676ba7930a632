/** Something that must be ended when the process ends. */
interface Guarded {
  /** When the process was asked to end by a signal that nobody else handles. */
  readonly onSignal: () => Promise<void>
  /** When the process ends; only synchronous work is done. */
  readonly onExit: () => void
}

/** Watches the end of the process while something is guarded. */
export interface ExitGuard {
  /** The function it returns ends the guard. */
  add(guarded: Guarded): () => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const longestMilliseconds = 5000

/**
 * One set of listeners of the process for any number of guarded things; there are none while nothing is guarded. A
 * signal that the program handles itself is left to it.
 */
export function createExitGuard(): ExitGuard {
  const all = new Set<Guarded>()
  /** Children before what they are part of. A failure cannot be told to anybody any more. */
  const endAll = async (): Promise<void> => {
    for (const guarded of [...all].reverse()) await guarded.onSignal().catch(() => undefined)
  }
  const onExit = (): void => {
    for (const guarded of all) guarded.onExit()
  }
  const listeners = signals.map((signal) => ({
    signal,
    listener: (): void => {
      if (process.listenerCount(signal) > 1) return
      const ended = endAll()
      const late = new Promise((resolve) => setTimeout(resolve, longestMilliseconds))
      void Promise.race([ended, late]).then(() => {
        unlisten()
        process.kill(process.pid, signal)
      })
    },
  }))
  const listen = (): void => {
    process.on('exit', onExit)
    // First of all: a listener for once is gone when those behind it are called.
    for (const { signal, listener } of listeners) process.prependListener(signal, listener)
  }
  const unlisten = (): void => {
    process.off('exit', onExit)
    for (const { signal, listener } of listeners) process.off(signal, listener)
  }
  return {
    add(guarded) {
      if (all.size === 0) listen()
      all.add(guarded)
      return () => {
        if (all.delete(guarded) && all.size === 0) unlisten()
      }
    },
  }
}
