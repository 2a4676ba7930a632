import { ClaimsError } from '@claims/contracts'

/** An address of a database is not one. The text itself, which may hold a password, is not repeated. */
export function invalidAddress(problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `The address of the database is not valid: ${problem}`, {
    problems: [{ field: 'database', problem, allowed }],
  })
}
