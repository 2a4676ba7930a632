import { resolve } from 'node:path'
import { ClaimsError } from '@claims/contracts'

/** Where bundles are, as people may see it. */
export interface ArtifactsPlace {
  readonly kind: 'directory' | 's3'
  /** An absolute path, or bucket and prefix without parameters. */
  readonly place: string
}

/**
 * Where bundles are. Credentials that an address may hold are left out.
 *
 * @param uri such as the variable `ARTIFACTS_URI`
 * @throws ClaimsError `invalid_configuration` for an address of another kind, such as `gs://models`
 * @example
 * artifactsPlace('s3://models/claims?region=eu-central-1').place // 's3://models/claims'
 */
export function artifactsPlace(uri: string): ArtifactsPlace {
  const scheme = schemeOf(uri)
  if (scheme === undefined) return { kind: 'directory', place: resolve(uri) }
  if (scheme !== 's3')
    throw noArtifacts(
      `is an address of the kind ${scheme}:, which is not known`,
      's3://BUCKET/PREFIX in small letters, or the path of a folder; ./ before one that has a colon',
    )
  const [place = ''] = uri.split(/[?#]/)
  return { kind: 's3', place: place.replace(/\/\/.*@/, '//') }
}

/** The folder as an absolute path; an address stays as it is. @param uri such as the variable `ARTIFACTS_URI` */
export function absoluteArtifacts(uri: string): string {
  return schemeOf(uri) === undefined ? resolve(uri) : uri
}

/** The error that `ARTIFACTS_URI` is wrong. @param problem the end of a sentence; no value that could hold a secret */
export function noArtifacts(problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_configuration', `ARTIFACTS_URI ${problem}`, {
    problems: [{ field: 'ARTIFACTS_URI', problem, allowed }],
  })
}

// One letter before a colon is a drive.
function schemeOf(uri: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]
}
