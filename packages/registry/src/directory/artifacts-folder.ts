import { constants } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { flushDirectory, isSystemError } from '@claims/contracts/files'
import { unreadablePlace } from '../place-error.ts'
import { withFileLock } from './file-lock.ts'

// A link would lead the write to a file of somebody else.
const writeHere = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

/** Name of the lock beside the bundles. */
export const lockName = '.lock'
/** Name that a bundle's directory holds for a moment when it becomes young. */
export const touchName = '.touched'

/** Whether a name is that of a bundle: the SHA-256 of its manifest. */
export function isBundleName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name)
}

/**
 * Does work that no other process does meanwhile: giving a bundle its name, making it young, taking it away.
 *
 * @param folder of the bundles; it exists
 */
export async function withBundlesLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  return await withFileLock(join(folder, lockName), work)
}

/**
 * The present moment by the clock that dates files of a folder. That of a network file system is its server's.
 *
 * @returns milliseconds since 1970
 */
export async function storeTime(folder: string): Promise<number> {
  const path = join(folder, lockName)
  const handle = await open(path, writeHere).catch((error: unknown) => {
    if (isSystemError(error, 'ELOOP')) throw unreadablePlace(path, 'is a link where a file is needed', error)
    throw error
  })
  try {
    await handle.writeFile('.')
    return (await handle.stat()).mtimeMs
  } finally {
    await handle.close()
  }
}

/**
 * When a bundle was put, by the clock that dates its files. A directory that is opened is asked for anew on a network file
 * system, which may keep what `stat` says for a minute.
 *
 * @returns milliseconds since 1970; null where it is gone
 */
export async function putTime(directory: string): Promise<number | null> {
  try {
    const handle = await open(directory, 'r')
    try {
      return (await handle.stat()).mtimeMs
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    if (isSystemError(error, 'EACCES')) return (await stat(directory)).mtimeMs
    throw error
  }
}

/**
 * Makes a bundle young: an entry that comes and goes dates its directory by the clock of the file system, and whoever
 * may write there can do it, not the owner alone. The caller holds the lock.
 *
 * @returns false where the bundle is gone
 */
export async function makeYoung(directory: string): Promise<boolean> {
  const mark = join(directory, touchName)
  try {
    await (await open(mark, 'wx')).close()
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    // A process was killed here; taking the entry away dates the directory as well.
    if (!isSystemError(error, 'EEXIST')) throw error
  }
  await rm(mark, { force: true })
  await flushDirectory(directory)
  return true
}
