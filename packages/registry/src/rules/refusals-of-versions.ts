import { ClaimsError } from '@claims/contracts'
import type { HistoryEntry } from '../history/history-entry.ts'
import type { ReasonToKeep } from './reasons-to-keep.ts'

/** A version is retired, and what is asked would take it back into use. */
export function versionRetired(name: string, entry: HistoryEntry): ClaimsError {
  const { version, actor, time, reason } = entry
  const problem = `was retired by ${actor} on ${time}: ${reason}`
  return new ClaimsError('version_retired', `Version ${version} of ${name} ${problem}`, {
    problems: [
      {
        field: 'version',
        problem,
        allowed: 'another version, or this one once it is restored',
        received: version,
      },
    ],
  })
}

/** A version is deleted: its line stays, its bundle does not. */
export function versionDeleted(name: string, entry: HistoryEntry): ClaimsError {
  const { version, actor, time, reason } = entry
  const problem = `was deleted by ${actor} on ${time}: ${reason}`
  return new ClaimsError('version_deleted', `Version ${version} of ${name} ${problem}`, {
    problems: [{ field: 'version', problem, allowed: 'a version that is not deleted', received: version }],
  })
}

/** A version is needed, by each of these reasons. */
export function versionInUse(
  name: string,
  version: string,
  { verb, reasons }: { readonly verb: 'retired' | 'deleted'; readonly reasons: readonly ReasonToKeep[] },
): ClaimsError {
  const texts = reasons.map(({ text }) => text)
  return new ClaimsError(
    'version_in_use',
    `Version ${version} of ${name} may not be ${verb}: ${texts.join('; ')}`,
    {
      problems: texts.map((problem) => ({
        field: 'version',
        problem,
        allowed: 'a version that nothing needs',
        received: version,
      })),
    },
  )
}
