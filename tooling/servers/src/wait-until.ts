import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasEnded } from './spawn-group.ts'

/** Longest time that a server may take to start. */
const longestMilliseconds = 120_000

/**
 * Waits until a server is ready.
 *
 * @param child the server
 * @param ready asked again until it says so
 * @returns whether it is ready; false when the server has ended or takes too long
 */
export async function waitUntil(child: ChildProcess, ready: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + longestMilliseconds
  while (!hasEnded(child) && performance.now() < until) {
    if (await ready()) return true
    await sleep(100)
  }
  return false
}

/** Whether an address answers with success. */
export async function answers(address: string, request: RequestInit = {}): Promise<boolean> {
  return fetch(address, { ...request, signal: AbortSignal.timeout(10_000) }).then(
    (answer) => answer.ok,
    () => false,
  )
}
