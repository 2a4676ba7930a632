import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClaimsError } from '@claims/contracts'
import type Koffi from 'koffi'

const require = createRequire(import.meta.url)
const lockExclusive = 2
const lockNonBlocking = 4
const pollMilliseconds = 5
const patienceMilliseconds = 60_000

/**
 * Does a piece of work while no other holder of the same lock file does any, in this process or another. The lock
 * is the system's `flock`, which ends with the process that holds it, however it dies.
 *
 * @param path the lock file; its directory exists
 * @param work what to do; short, since others wait
 * @returns what the work returns
 * @throws ClaimsError `library_unavailable` where the system has no `flock` (Windows); `overloaded` where others hold the
 *   lock for more than a minute
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  if (process.platform === 'win32') {
    throw new ClaimsError('library_unavailable', 'A directory registry is written on Linux and macOS only')
  }
  const koffi = require('koffi') as typeof Koffi
  const flock: (descriptor: number, operation: number) => number = koffi
    .load(null)
    .func('int flock(int descriptor, int operation)')
  const handle = await open(path, 'a')
  try {
    const deadline = performance.now() + patienceMilliseconds
    while (flock(handle.fd, lockExclusive | lockNonBlocking) !== 0) {
      if (performance.now() > deadline)
        throw new ClaimsError('overloaded', `${path} has been held for more than a minute`)
      await sleep(pollMilliseconds)
    }
    return await work()
  } finally {
    await handle.close()
  }
}
