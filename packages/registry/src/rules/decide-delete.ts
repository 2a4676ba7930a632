import { detailsOf } from '../history/details/details-of.ts'
import type { RegistrationDetails } from '../history/details/registration-details.ts'
import { invalidParameter } from '../model-names.ts'
import { reasonsToKeep } from './reasons-to-keep.ts'
import { versionDeleted, versionInUse } from './refusals-of-versions.ts'
import { registrationOf } from './refusals.ts'
import type { RegistryCommand, Retention } from './registry-command.ts'
import type { ModelState } from './replay-history.ts'
import type { Said } from './said.ts'

/** What a deletion rests on beside the history. */
export interface DeletionFacts {
  /** Name of the model. */
  readonly name: string
  readonly now: Date
  /** What the bundles of versions say whose registration does not; it is kept, since the bundles go. */
  readonly details?: ReadonlyMap<string, RegistrationDetails> | undefined
  /** What names a bundle elsewhere, such as a prediction record, by the hash of the bundle's manifest. */
  readonly namedBy?: ReadonlyMap<string, string> | undefined
}

/**
 * Gives up the bundles of versions, all of them or none: what needs one of them refuses the command. The lines stay, and
 * hold what lists show.
 */
export function decideDelete(
  state: ModelState,
  { versions, retention, actor, reason }: Extract<RegistryCommand, { kind: 'delete' }>,
  { name, now, namedBy, details }: DeletionFacts,
): readonly Said[] {
  requireRetention(retention)
  if (versions.length === 0) throw invalidParameter('versions', '', 'at least one version')
  return [...new Set(versions)].map((version) => {
    const registration = registrationOf(state, name, version)
    const { manifest_sha256 } = registration
    const deleted = state.deleted.get(version)
    if (deleted !== undefined) throw versionDeleted(name, deleted)
    const reasons = reasonsToKeep(state, version, {
      ...{ retention, now },
      namedBy: namedBy?.get(manifest_sha256),
    })
    if (reasons.length > 0) throw versionInUse(name, version, { verb: 'deleted', reasons })
    return {
      ...{ actor, action: 'delete', version, alias: null, previous: null, reason, override: false },
      manifest_sha256,
      details: detailsOf(registration, 'register') === undefined ? details?.get(version) : undefined,
    }
  })
}

/** Refuses a number of versions to keep that would keep none. */
export function requireRetention({ keep }: Retention): void {
  if (Number.isSafeInteger(keep) && keep >= 1) return
  throw invalidParameter('keep', String(keep), 'a whole number of at least 1')
}
