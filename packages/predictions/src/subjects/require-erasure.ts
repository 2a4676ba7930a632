import { ClaimsError, type Ledger, type SubjectKey } from '@claims/contracts'
import { readErasures } from './erasure-list.ts'

/**
 * Sees to it that the ledger tells of the erasure of a subject whose key is gone.
 *
 * @throws ClaimsError `damaged_record` where it does not: the key was taken away by something else
 */
export async function requireErasure(
  ledger: Ledger,
  { subject }: Pick<SubjectKey, 'subject'>,
): Promise<void> {
  const erasures = await readErasures(ledger)
  if (erasures.some((each) => each.subject === subject)) return
  const problem = 'is gone, and no erasure is recorded in _system'
  throw new ClaimsError('damaged_record', `The key of subject ${subject} ${problem}`, {
    problems: [{ field: 'subject_keys', problem, allowed: 'the row as it was written, such as in a backup' }],
  })
}
