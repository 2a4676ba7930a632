import { posix } from 'node:path'
import { MlflowError } from '../errors.ts'

/**
 * Requires a path below a root: relative, with forward slashes, without `..`, NUL, half of a surrogate pair
 * or a drive letter. A server that
 * names anything else would write outside of the folder that was asked for.
 *
 * @param path of an artifact
 * @param endpoint for the error
 * @returns the path without needless parts; empty for the root
 * @throws MlflowError `unsafe_path`
 */
export function safePath(path: string, endpoint: string): string {
  const normal = posix.normalize(path).replace(/\/+$/, '')
  const unsafe =
    path.includes('\0') ||
    path.includes('\\') ||
    /\p{Surrogate}/u.test(path) ||
    path.startsWith('/') ||
    /^[A-Za-z]:/.test(path) ||
    path.split('/').includes('..')
  if (unsafe)
    throw new MlflowError(
      'unsafe_path',
      `${endpoint}: ${JSON.stringify(path)} is no path below the artifact root; it must be relative, with "/", without ".."`,
      { endpoint, field: 'path' },
    )
  return normal === '.' ? '' : normal
}

/** Joins parts of a path, leaving out empty ones. */
export function joinPath(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('/')
}

/** A path for an address: each name encoded. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** As {@link safePath}, and it must name something below the root. @throws MlflowError `unsafe_path` */
export function requireFile(path: string, endpoint: string): string {
  const file = safePath(path, endpoint)
  if (file !== '') return file
  throw new MlflowError('unsafe_path', `${endpoint}: path must name a file or folder below the root`, {
    endpoint,
    field: 'path',
  })
}

/**
 * As {@link requireFile}, for a path that a server is to keep: MLflow decodes percent signs once more than they were
 * encoded, takes no `#`, and drops tabs, line ends and a last `?`, so that another file would be written.
 *
 * @throws MlflowError `unsafe_path`, `invalid_argument`
 */
export function keepablePath(path: string, endpoint: string): string {
  const file = requireFile(path, endpoint)
  if (!/%[0-9a-f]{2}|#|\p{Cc}|^[^?]*\?$/iu.test(file)) return file
  throw new MlflowError(
    'invalid_argument',
    `${endpoint}: ${JSON.stringify(path)} holds "#", a percent sign with two hexadecimal digits or a control character, or ends with "?", which servers change or refuse`,
    { endpoint, field: 'path' },
  )
}
