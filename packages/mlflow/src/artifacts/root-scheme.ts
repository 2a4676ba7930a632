import { MlflowError } from '../errors.ts'

/**
 * Requires that servers sign addresses for what lies at a root: they do for S3 only.
 *
 * @param artifactUri of a run
 * @param endpoint for the error
 * @throws MlflowError `unsupported_by_server` that names the root and the way out
 */
export function requireSignable(artifactUri: string, endpoint: string): void {
  if (!isSignable(artifactUri)) throw unreachableRoot(artifactUri, endpoint)
}

/** Whether servers sign addresses below a root. */
export const isSignable = (artifactUri: string): boolean => /^s3:\/\//i.test(artifactUri)

/** The error of a root that this client cannot reach. */
export function unreachableRoot(artifactUri: string, endpoint: string, cause?: unknown): MlflowError {
  return new MlflowError(
    'unsupported_by_server',
    `${endpoint}: the artifacts lie at ${shownRoot(artifactUri)}, which only the server reaches: it signs addresses for s3:// only. Start it with --serve-artifacts and log to an experiment that is made then, whose root is mlflow-artifacts:/; the root of one that exists does not change`,
    { endpoint, field: 'artifactUri', cause },
  )
}

/** A root for a message: cut, without a password and a query, in which a key may be. */
export function shownRoot(artifactUri: string): string {
  const shown = artifactUri.replace(/[?#].*$/s, '').replace(/^([^:]*:\/\/[^/:@]*):[^/]*@/, '$1:***@')
  return shown === ''
    ? 'an unknown place'
    : JSON.stringify(shown.length > 160 ? `${shown.slice(0, 160)}...` : shown)
}
