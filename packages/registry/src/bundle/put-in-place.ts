import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { flushDirectory, isSystemError } from '@claims/contracts/files'
import { exchangeDirectories } from './exchange-directories.ts'
import { temporarySibling } from './temporary-sibling.ts'

/** How often a race with another writer is taken up again. */
const attempts = 20

/**
 * Gives a finished directory its final name and deletes what it replaces. Readers see the old directory or the
 * new one, whole, also when the process dies in between: the two are exchanged in one step where the system can.
 * Elsewhere (Windows, some network file systems) the old one is renamed aside first; a process that dies between
 * these two renames leaves no directory until the next `writeBundle` or `openBundle` puts the old one back.
 *
 * @param finished directory to put in place, flushed, beside `target`
 * @param target its final path, free or a directory that may be replaced
 * @param exchange the exchanging call; tests pass one that is unsupported
 */
export async function putInPlace(
  finished: string,
  target: string,
  exchange: typeof exchangeDirectories = exchangeDirectories,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await renameToFree(finished, target)) {
      await flushDirectory(dirname(target))
      return
    }
    const outcome = exchange(finished, target)
    if (outcome === 'absent') continue
    if (outcome === 'exchanged') {
      await flushDirectory(dirname(target))
      await rm(finished, { recursive: true, force: true })
      return
    }
    const aside = temporarySibling(target, 'old')
    try {
      await rename(target, aside)
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) continue
      throw error
    }
    const placed = await renameToFree(finished, target)
    await flushDirectory(dirname(target))
    await rm(aside, { recursive: true, force: true })
    if (placed) return
  }
  throw new Error(`${target} is being replaced by others all the time`)
}

async function renameToFree(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (isSystemError(error, 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES')) return false
    throw error
  }
}
