import { readFileSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { nodeErrorCode } from '../node-error.ts'

/** Names of locks that this process holds are made of this. */
interface Owner {
  readonly pid: number
  /** When the process began, in the system's ticks; a number can be given to another process. */
  readonly began: string | undefined
}

/**
 * Takes a folder for this process. The lock of a process that has ended counts for nothing.
 *
 * @param folder to lock
 * @returns whether it has it now; false when a living process has it
 */
export async function lockFolder(folder: string): Promise<boolean> {
  const lock = join(folder, 'lock')
  const own = join(folder, `lock.${randomUUID()}`)
  await writeFile(own, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) } satisfies Owner))
  try {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      try {
        await link(own, lock)
        return true
      } catch (error) {
        if (nodeErrorCode(error) !== 'EEXIST') throw error
        if (await isHeld(lock)) return false
        await rm(lock, { force: true })
      }
    }
    return false
  } finally {
    await rm(own, { force: true })
  }
}

/** Gives a folder back that this process has. */
export async function unlockFolder(folder: string): Promise<void> {
  await rm(join(folder, 'lock'), { force: true })
}

/** Whether a living process has a folder. */
export async function isLocked(folder: string): Promise<boolean> {
  return isHeld(join(folder, 'lock'))
}

async function isHeld(lock: string): Promise<boolean> {
  const text = await readFile(lock, 'utf8').catch((error: unknown) => {
    if (nodeErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return false
  const owner: unknown = JSON.parse(text)
  if (typeof owner !== 'object' || owner === null || !('pid' in owner)) return false
  const { pid } = owner
  if (typeof pid !== 'number' || !isAlive(pid)) return false
  const began = 'began' in owner ? owner.began : undefined
  return began === undefined || began === beganAt(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives and belongs to another user.
    return nodeErrorCode(error) === 'EPERM'
  }
}

/** The field `starttime` of a process on Linux; elsewhere unknown. */
function beganAt(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')[19]
  } catch {
    return undefined
  }
}
