import { ClaimsError } from '@claims/contracts'

/** A file of a bundle is not what training wrote. */
export function damagedFile(origin: string, name: string, problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${origin}: ${name} ${problem}`, {
    problems: [{ field: name, problem, allowed: 'the file as training wrote it' }],
  })
}
