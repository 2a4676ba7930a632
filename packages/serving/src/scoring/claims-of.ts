import { ClaimsError } from '@claims/contracts'

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/**
 * The claim that a body is.
 *
 * @throws ClaimsError `invalid_claim`
 */
export function requireClaim(value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value
  throw new ClaimsError('invalid_claim', 'The body must be one claim as a JSON object', {
    problems: [{ field: 'body', problem: 'is no JSON object', allowed: 'one claim as a JSON object' }],
  })
}

/** The claims of a body, and the names beside them that nobody reads. */
export interface BodyClaims {
  readonly claims: readonly unknown[]
  readonly unknown: readonly string[]
}

/**
 * The claims that a body holds.
 *
 * @param value `{"claims": [...]}` or an array
 * @throws ClaimsError `invalid_usage`
 */
export function claimsOf(value: unknown): BodyClaims {
  const claims = isObject(value) ? value['claims'] : value
  if (!Array.isArray(claims)) {
    throw new ClaimsError('invalid_usage', 'The body must be {"claims": [...]} or an array of claims', {
      problems: [
        {
          field: isObject(value) ? 'claims' : 'body',
          problem: isObject(value) && claims === undefined ? 'is absent' : 'is no array',
          allowed: 'an array of claims',
        },
      ],
    })
  }
  const unknown = isObject(value) ? Object.keys(value).filter((name) => name !== 'claims') : []
  return { claims: claims as readonly unknown[], unknown }
}
