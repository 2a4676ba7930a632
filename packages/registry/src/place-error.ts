import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClaimsError } from '@claims/contracts'

/** What is wrong at a path, by the system's code. */
const problems: Readonly<Record<string, string>> = {
  EACCES: 'may not be read or written by this user (EACCES)',
  EPERM: 'may not be read or written by this user (EPERM)',
  EROFS: 'lies on a file system that is read-only (EROFS)',
  ENOSPC: 'cannot be written: there is no space left (ENOSPC)',
  EDQUOT: 'cannot be written: the quota is used up (EDQUOT)',
  EISDIR: 'is a directory where a file is needed',
  ELOOP: 'is a link that leads to itself',
  ENAMETOOLONG: 'has too long a name',
}

/**
 * Does work in a directory, and turns what the file system refuses into an error that names the path and what is wrong
 * there.
 *
 * @param path of the directory, for an error of the system that names no path
 * @param work what to do
 * @returns what the work returns
 * @throws ClaimsError `unreadable_storage`; what else the work throws
 */
export async function inPlace<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw await placeError(error, path)
  }
}

/** What the file system refused as an error that names the path; what else was thrown as it is. */
export async function placeError(error: unknown, directory: string): Promise<unknown> {
  // Errors of another realm, such as a test runner's, are no instances of this realm's Error.
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error)) return error
  const code = String(error.code)
  const path = 'path' in error && typeof error.path === 'string' ? error.path : directory
  const file = code === 'ENOTDIR' || code === 'EEXIST' ? await fileOnTheWay(path) : null
  if (file !== null) return unreadablePlace(file, 'is a file where a directory is needed', error)
  return unreadablePlace(path, problems[code] ?? `cannot be read or written (${code})`, error)
}

/** The error of a path at which something else stands than a registry or a bundle has there. */
export function unreadablePlace(path: string, problem: string, cause?: unknown): ClaimsError {
  return new ClaimsError('unreadable_storage', `${path} ${problem}`, {
    problems: [{ field: path, problem, allowed: 'what the registry wrote there, open to this user' }],
    cause,
  })
}

/** The part of a path that is no directory; null where it cannot be told. */
async function fileOnTheWay(path: string): Promise<string | null> {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const found = await lstat(at).catch(() => null)
    if (found !== null) return found.isDirectory() ? null : at
  }
  return null
}
