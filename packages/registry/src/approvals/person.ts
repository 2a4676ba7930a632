import { ClaimsError } from '@claims/contracts'

/**
 * Refuses what names no person: letters and digits of any script, spaces within, and `. _ @ \ -`, at most 100.
 *
 * @throws ClaimsError `invalid_parameter`
 */
export function requirePerson(name: string): void {
  if (
    /^[\p{L}\p{M}\p{N}._@\\ -]{1,100}$/u.test(name) &&
    name.trim() === name &&
    name.normalize('NFC') === name
  )
    return
  const allowed = 'letters, digits, spaces within, ".", "_", "@", "\\" and "-", at most 100'
  throw new ClaimsError('invalid_parameter', `The name "${name}" is not valid; allowed: ${allowed}`, {
    problems: [{ field: 'name', problem: 'is not valid', allowed, received: name }],
  })
}

/** Whether two names are of one person: capitals and forms of a letter make no difference. */
export function isSamePerson(one: string, other: string): boolean {
  return folded(one) === folded(other)
}

/** A name as people are told apart by it. */
export function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}
