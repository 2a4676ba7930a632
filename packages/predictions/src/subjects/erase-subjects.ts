import {
  ClaimsError,
  systemClock,
  type Clock,
  type KeyDestruction,
  type SubjectKey,
  type SubjectKeyStore,
} from '@claims/contracts'
import type { ErasureList } from './erasure-list.ts'
import { unknownSubject, type SubjectVault } from './subject-vault.ts'

/** Who erases, why, and where it is told beside the database. */
export interface Erasure {
  readonly actor: string
  readonly reason: string
  /** Told first, so that a backup that is restored later loses the keys again. */
  readonly list: ErasureList
  readonly clock?: Clock | undefined
}

/**
 * Erases subjects: their keys are destroyed, and with them what is sealed in every record of theirs, while the records stay in
 * their chains. The system's ledger tells it in the same transaction.
 *
 * @param store of the keys
 * @param subjects as records name them
 * @returns whom this call erased, and where copies of their keys may be left
 */
export async function eraseSubjects(
  store: SubjectKeyStore,
  subjects: readonly string[],
  { actor, reason, list, clock = systemClock }: Erasure,
): Promise<KeyDestruction> {
  const at = clock.now()
  await list.add(subjects, at)
  return await store.destroy(subjects, {
    at,
    entry: ({ subject, predictions }) => ({
      ...{ time: at.toISOString(), actor, action: 'erase_subject', subject, predictions, reason },
    }),
  })
}

/**
 * The one subject that an id names.
 *
 * @param column in which the id stands; only needed where an id stands for different people in different columns
 * @throws ClaimsError `unknown_subject`; `invalid_usage` where the id names subjects in several columns
 */
export async function findSubject(vault: SubjectVault, id: string, column?: string): Promise<SubjectKey> {
  const [found, ...others] = await vault.find(id, column)
  if (found === undefined)
    throw unknownSubject(
      'this id names nobody, or somebody who was erased; case and accents are not evened out',
    )
  if (others.length === 0) return found
  const columns = [found, ...others].map(({ kind }) => kind.replace(/^column /, '')).sort()
  throw new ClaimsError('invalid_usage', `The id stands for somebody in each of ${columns.join(', ')}`, {
    problems: [{ field: 'column', problem: 'is not said', allowed: `one of ${columns.join(', ')}` }],
  })
}
