import { ClaimsError, type ProgressListener } from '@claims/contracts'

/** Milliseconds since 1970; injected so that a run can be repeated byte for byte. */
export type Clock = () => number

/** Runs stages one after the other, telling a listener and keeping each one's time. */
export interface StageClock {
  /** Runs a stage; an abort before it starts throws `aborted`. */
  run<T>(stage: string, work: () => T | Promise<T>, detail?: (result: T) => string | undefined): Promise<T>
  /** Seconds per stage so far, and in all. */
  readonly seconds: () => Record<string, number>
}

/**
 * A stage clock.
 *
 * @param clock source of time
 * @param options listener for stage events, signal that stops between stages
 */
export function createStageClock(
  clock: Clock,
  options: { onProgress?: ProgressListener | undefined; signal?: AbortSignal | undefined },
): StageClock {
  const started = clock()
  const taken: Record<string, number> = {}
  return {
    async run(stage, work, detail) {
      if (options.signal?.aborted === true)
        throw new ClaimsError('aborted', `The work was aborted before "${stage}"`)
      const from = clock()
      options.onProgress?.({ kind: 'stage_started', stage })
      const result = await work()
      const seconds = (clock() - from) / 1000
      taken[stage] = (taken[stage] ?? 0) + seconds
      const text = detail?.(result)
      options.onProgress?.({
        kind: 'stage_finished',
        stage,
        seconds,
        ...(text === undefined ? {} : { detail: text }),
      })
      return result
    },
    seconds: () => ({ ...taken, total: (clock() - started) / 1000 }),
  }
}
