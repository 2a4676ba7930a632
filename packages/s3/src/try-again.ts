import { setTimeout as sleep } from 'node:timers/promises'
import { isPassing } from './store-failure.ts'

const firstMilliseconds = 50
const longestMilliseconds = 5_000

/**
 * A random time to wait before the next try, so that many who failed at once do not come back at once.
 *
 * @param failures so far, at least 1
 * @param random in [0, 1)
 * @returns milliseconds, up to 50 after the first failure, twice as many after each further one, at most 5,000
 */
export function waitAfter(failures: number, random: number): number {
  return random * Math.min(longestMilliseconds, firstMilliseconds * 2 ** (failures - 1))
}

/** Waits before the next try, or throws the error where it will not pass or came too often. */
export async function waitOrThrow(error: unknown, failures: number, attempts: number): Promise<void> {
  if (failures >= attempts || !isPassing(error)) throw error
  await sleep(waitAfter(failures, Math.random()))
}
