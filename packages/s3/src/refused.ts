import { ClaimsError } from '@claims/contracts'

/**
 * The error that a part of the address of a store is not allowed.
 *
 * @param field the part: a parameter, `bucket`, `prefix`, or `ARTIFACTS_URI` for the whole
 * @param problem the end of a sentence; no value that could hold a secret
 * @param allowed what would be accepted
 */
export function refused(field: string, problem: string, allowed: string): ClaimsError {
  const place = field === 'ARTIFACTS_URI' ? field : `${field} of ARTIFACTS_URI`
  return new ClaimsError('invalid_configuration', `${place} ${problem}`, {
    problems: [{ field, problem, allowed }],
  })
}
