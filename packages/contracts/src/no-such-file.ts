import { ClaimsError } from './claims-error.ts'
import type { Manifest } from './manifest.ts'

/**
 * The error that a bundle has no file of a name.
 *
 * @param origin where the bundle is, for people
 * @param name that was asked for
 * @param manifest what the bundle has
 */
export function noSuchFile(origin: string, name: string, manifest: Manifest): ClaimsError {
  return new ClaimsError('file_not_found', `The bundle ${origin} has no file ${name}`, {
    problems: [
      { field: name, problem: 'is not in the bundle', allowed: Object.keys(manifest.files).join(', ') },
    ],
  })
}
