import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'

/** What is wrong with an entry of a folder, by the file system's code. */
const problems: Readonly<Record<string, string>> = Object.freeze({
  ENOENT: 'is a link to nothing, or has just been removed',
  ELOOP: 'is a link that leads back to itself',
  ENOTDIR: 'is a link through what is no folder',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ENAMETOOLONG: 'has too long a path',
})

/**
 * The error of what cannot be read.
 *
 * @param path on this machine
 * @param cause the file system's error
 * @param where operation and field for the error
 */
export function unreadable(
  path: string,
  cause: unknown,
  { endpoint, field }: { readonly endpoint: string; readonly field: string },
): MlflowError {
  const code = nodeErrorCode(cause) ?? String(cause).slice(0, 200)
  return new MlflowError(
    'invalid_argument',
    `${endpoint}: ${path} ${problems[code] ?? `cannot be read (${code})`}; it must be removed, or a file that can be read`,
    { endpoint, field, cause },
  )
}

/** The path that an error of the file system is about, if it says so. */
export function pathOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('path' in cause)) return undefined
  return typeof cause.path === 'string' ? cause.path : undefined
}
