import { MlflowError } from '../errors.ts'
import type { Auth } from './auth.ts'

/** A tracking server's address, with the credentials that it may hold taken out. */
export interface TrackingAddress {
  /** Without a trailing slash. */
  readonly base: string
  readonly auth: Auth | undefined
}

/**
 * Reads a tracking URI.
 *
 * @param trackingUri such as `http://127.0.0.1:5000` or `https://user:password@mlflow.example/team`
 * @throws MlflowError `invalid_argument` for anything but an http or https address without query and fragment
 */
export function parseTrackingUri(trackingUri: string): TrackingAddress {
  const allowed = 'it must be an http or https address, such as http://127.0.0.1:5000'
  let url: URL
  try {
    url = new URL(trackingUri)
  } catch {
    throw new MlflowError('invalid_argument', `trackingUri is no address; ${allowed}`, {
      field: 'trackingUri',
    })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new MlflowError('invalid_argument', `trackingUri begins with ${url.protocol}; ${allowed}`, {
      field: 'trackingUri',
    })
  if (url.search !== '' || url.hash !== '')
    throw new MlflowError('invalid_argument', `trackingUri has a query or a fragment; ${allowed}`, {
      field: 'trackingUri',
    })
  const auth =
    url.username === ''
      ? undefined
      : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, auth }
}
