import { MlflowError } from '../errors.ts'
import type { Point } from './run-batch.ts'

/** How points are collected before they are sent. */
export interface BufferOptions {
  /** Longest time that a point waits, milliseconds. Default 1,000. */
  readonly flushMilliseconds?: number | undefined
  /** Points at which a flush begins. Default 1,000. */
  readonly flushPoints?: number | undefined
  /** Points that may wait; logging more waits for a flush. Default 20,000. */
  readonly mostPoints?: number | undefined
}

/** Collects points and sends them together, in order, one flush at a time. */
export interface MetricBuffer {
  /** Adds points; waits while too many wait. @throws what a flush in the background threw; the points are added */
  add(points: readonly Point[]): Promise<void>
  /** Sends every point that was added before. @throws what sending threw; then the points are given up */
  flush(): Promise<void>
}

/**
 * @param send sends points
 * @param options intervals and limits
 * @throws MlflowError `invalid_argument` for an option that is no whole number above 0
 */
export function createMetricBuffer(
  send: (points: readonly Point[]) => Promise<void>,
  options: BufferOptions = {},
): MetricBuffer {
  const flushMilliseconds = positive('flushMilliseconds', options.flushMilliseconds ?? 1000)
  const flushPoints = positive('flushPoints', options.flushPoints ?? 1000)
  const mostPoints = positive('mostPoints', options.mostPoints ?? 20_000)
  let waiting: Point[] = []
  let sending: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let failures: unknown[] = []

  const raise = (): void => {
    if (failures.length === 0) return
    const [first, ...others] = failures
    failures = []
    if (others.length === 0) throw first
    throw new AggregateError([first, ...others], `sending metrics failed ${others.length + 1} times`)
  }
  /** Sends until nothing waits; never rejects. */
  const drain = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    if (sending === undefined && waiting.length === 0) return Promise.resolve()
    sending ??= (async () => {
      while (waiting.length > 0) {
        const points = waiting
        waiting = []
        await send(points).catch((error: unknown) => failures.push(error))
      }
      sending = undefined
    })()
    return sending
  }
  return {
    async add(points) {
      for (const point of points) waiting.push(point)
      if (waiting.length >= flushPoints) void drain()
      // The timer keeps the process alive: a point that waits is sent before a process ends by itself.
      else timer ??= setTimeout(() => void drain(), flushMilliseconds)
      while (waiting.length >= mostPoints) await drain()
      raise()
    },
    async flush() {
      await drain()
      raise()
    },
  }
}

function positive(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new MlflowError('invalid_argument', `${field} must be a whole number above 0; got ${value}`, {
    field,
  })
}
