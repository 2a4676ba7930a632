import { MlflowError } from '../errors.ts'

/**
 * An address that the server signed.
 *
 * @param signed as the server tells it
 * @param endpoint for the error
 * @throws MlflowError `invalid_response` for what is no http or https address; it is not shown, for it is a credential
 */
export function signedAddress(signed: string, endpoint: string): URL {
  const url = URL.canParse(signed) ? new URL(signed) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url
  throw new MlflowError('invalid_response', `${endpoint}: the server signed no http address`, { endpoint })
}
