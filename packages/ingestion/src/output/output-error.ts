import { basename, dirname } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { systemCode } from '@claims/contracts/files'

const longestPath = 200

/** An error that refuses an output: what is there, and the way on. */
export function refused(path: string, problem: string, allowed: string): ClaimsError {
  const field = shownPath(path)
  return new ClaimsError('output_refused', `${field} ${problem}; nothing was written`, {
    problems: [{ field, problem, allowed }],
  })
}

/** A system's error about an output as a `ClaimsError`, with the system's error as its cause. */
export function outputError(error: unknown, path: string): ClaimsError {
  if (error instanceof ClaimsError) return error
  const code = systemCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const folder = shownPath(basename(dirname(path)))
    return new ClaimsError('file_not_found', `There is no folder ${folder} to write ${shownPath(path)} in`, {
      problems: [{ field: folder, problem: 'does not exist', allowed: 'an existing folder' }],
      cause: error,
    })
  }
  if (code === 'ELOOP') return refused(path, 'is a link that leads to itself', 'a file or a free name')
  const problem = `cannot be written${reasons[code] ?? ` (${code})`}`
  return new ClaimsError('unreadable_file', `${shownPath(path)} ${problem}`, {
    problems: [
      { field: shownPath(path), problem, allowed: 'a name in a folder with room that this user may write' },
    ],
    cause: error,
  })
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: ': the folder or the file may not be written by this user (EACCES)',
  EPERM: ': the folder or the file may not be written by this user (EPERM)',
  EROFS: ': the file system is read-only (EROFS)',
  ENOSPC: ': there is no space left (ENOSPC)',
  EDQUOT: ': the quota is used up (EDQUOT)',
  EPIPE: ': nobody reads it any more (EPIPE)',
  ENAMETOOLONG: ': the name is too long (ENAMETOOLONG)',
}

function shownPath(path: string): string {
  return path.length <= longestPath ? path : `${path.slice(0, longestPath - 1)}…`
}
