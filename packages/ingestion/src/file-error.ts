import { ClaimsError } from '@claims/contracts'

/** An `unreadable_file` error about a file. */
export function unreadable(
  source: string,
  problem: string,
  { allowed, cause }: { readonly allowed: string; readonly cause?: unknown },
): ClaimsError {
  return new ClaimsError('unreadable_file', `${source} ${problem}`, {
    problems: [{ field: source, problem, allowed }],
    cause,
  })
}

/** A system's error about a file as a `ClaimsError`. */
export function fileError(error: unknown, source: string): ClaimsError {
  if (error instanceof ClaimsError) return error
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ClaimsError('file_not_found', `There is no file ${source}`, {
      problems: [{ field: source, problem: 'does not exist', allowed: 'an existing file' }],
      cause: error,
    })
  }
  if (code.startsWith('Z_'))
    return unreadable(source, 'is a damaged gzip file', { allowed: 'a whole gzip file', cause: error })
  if (code === 'ENXIO')
    return unreadable(source, 'is a socket', { allowed: 'a file or a pipe', cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return unreadable(source, 'may not be read by this user', { allowed: 'a readable file', cause: error })
  return unreadable(source, `cannot be read (${code || String(error)})`, {
    allowed: 'a readable file',
    cause: error,
  })
}

/** A name or value as it may stand in a message: at most 200 characters. */
export function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
