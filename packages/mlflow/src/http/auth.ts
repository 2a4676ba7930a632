import { MlflowError } from '../errors.ts'

/** How calls are authenticated: not at all, by user and password, by a bearer token, or by headers made for each call. */
export type Auth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string }
  | { readonly headers: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>> }

/**
 * The headers that authenticate a call.
 *
 * @param auth credentials; absent means none
 * @returns header names and values
 * @throws MlflowError `invalid_argument` when a value cannot be a header; the value is not named
 */
export async function authHeaders(auth: Auth | undefined): Promise<Record<string, string>> {
  if (auth === undefined) return {}
  if ('headers' in auth) return checked({ ...(await auth.headers()) })
  if ('token' in auth) return checked({ authorization: `Bearer ${auth.token}` })
  const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

function checked(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers))
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new MlflowError(
        'invalid_argument',
        'a header of auth must be a valid name with one line of text',
        {
          field: 'auth',
        },
      )
  return headers
}
