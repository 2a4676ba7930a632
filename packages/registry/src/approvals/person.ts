import { ClaimsError } from '@claims/contracts'

/**
 * Refuses what names no person: letters and digits of any script, spaces within, and `. _ @ \ -`, at most 100. Latin letters
 * stand with no Greek or Cyrillic ones, which look like them.
 *
 * @throws ClaimsError `invalid_parameter`
 */
export function requirePerson(name: string): void {
  if (
    /^[\p{L}\p{M}\p{N}._@\\ -]{1,100}$/u.test(name) &&
    name.trim() === name &&
    name.normalize('NFC') === name &&
    !/\p{Default_Ignorable_Code_Point}/u.test(name) &&
    !mixesAlphabets(name.normalize('NFKC'))
  )
    return
  const allowed =
    'letters, digits, spaces within, ".", "_", "@", "\\" and "-", at most 100; letters of one of the Latin, Greek and Cyrillic alphabets'
  throw new ClaimsError('invalid_parameter', `The name "${name}" is not valid; allowed: ${allowed}`, {
    problems: [{ field: 'name', problem: 'is not valid', allowed, received: name }],
  })
}

/** Whether two names are of one person: capitals, forms of a letter, and spaces make no difference. */
export function isSamePerson(one: string, other: string): boolean {
  return folded(one) === folded(other)
}

/** A name as people are told apart by it. */
export function folded(name: string): string {
  const shown = name.normalize('NFKC').replaceAll(/[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
  return shown.toUpperCase().toLowerCase().normalize('NFKC')
}

/** Whether two names differ in capitals and forms of letters at most, by which lines of the ledger of approvers are held. */
export function isSpelledAlike(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => name.normalize('NFKC').trim().toLowerCase())
  return first === second
}

function mixesAlphabets(name: string): boolean {
  const alphabets = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u]
  return alphabets.filter((alphabet) => alphabet.test(name)).length > 1
}
