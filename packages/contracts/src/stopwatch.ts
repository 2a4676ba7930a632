/**
 * Begins to measure a span of time: by the clock that never goes back, and by that which goes on while the machine sleeps;
 * the longer one counts.
 *
 * @returns milliseconds since then, each time that it is asked
 * @example
 * const passed = stopwatch()
 * await work()
 * if (passed() > 60_000) await again()
 */
export function stopwatch(): () => number {
  const steady = performance.now()
  const wall = Date.now()
  return () => Math.max(performance.now() - steady, Date.now() - wall)
}
