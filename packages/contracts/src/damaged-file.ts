import { ClaimsError } from './claims-error.ts'

/**
 * The error that a file of a bundle is not what training wrote.
 *
 * @param origin where the bundle is, for people
 * @param name of the file
 * @param problem what is wrong with it, as the end of a sentence
 */
export function damagedFile(origin: string, name: string, problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${origin}: ${name} ${problem}`, {
    problems: [{ field: name, problem, allowed: 'the file as training wrote it' }],
  })
}
