/** Port: tells the time. Injected, so that tests and replays choose it. */
export interface Clock {
  /** The present moment. */
  now(): Date
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() }
