import { resolve } from 'node:path'

/** Where bundles are, as people may see it. */
export interface ArtifactsPlace {
  readonly kind: 'directory' | 's3'
  /** A path, or bucket and prefix without parameters. */
  readonly place: string
}

/** Where bundles are. @param uri such as the variable `ARTIFACTS_URI`; credentials that it may hold are left out */
export function artifactsPlace(uri: string): ArtifactsPlace {
  if (!uri.startsWith('s3:')) return { kind: 'directory', place: resolve(uri) }
  const [place = ''] = uri.split(/[?#]/)
  return { kind: 's3', place: place.replace(/\/\/.*@/, '//') }
}
