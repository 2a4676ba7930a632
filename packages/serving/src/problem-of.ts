import type { ClaimsError } from '@claims/contracts'

/** What an error says to those who may not see paths of this machine, which messages may hold. */
export function problemOf({ entry, problems }: ClaimsError): string {
  const [first] = problems
  return first === undefined || first.field.includes('/')
    ? entry.title
    : `${entry.title}: ${first.field} ${first.problem}`
}
