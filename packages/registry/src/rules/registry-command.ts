import type { ApprovalDetails } from '../history/details/approval-details.ts'
import type { EvidenceDetails } from '../history/details/evidence-details.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { RegistrationDetails } from '../history/details/registration-details.ts'
import type { ActorSource } from '../history/history-entry.ts'

/** Who changes something, and why; both are recorded. */
export interface Change {
  readonly actor: string
  readonly reason: string
  /** Where the actor's name is from; not recorded where nobody says. */
  readonly actorSource?: ActorSource | undefined
}

/** A change that holds only where an alias is where it is expected. */
export interface ExpectedChange extends Change {
  /** Compare-and-set: the version that the alias must point at now; null where it must not exist. */
  readonly expected?: string | null | undefined
}

/** A change that may take a retired version back into use. */
export interface RestoringChange extends ExpectedChange {
  /** Restores the version first where it is retired; without it, that is refused. */
  readonly restore?: boolean | undefined
}

/** Something that shall change in the registry. */
export type RegistryCommand =
  | {
      readonly kind: 'register'
      readonly manifestSha256: string
      readonly actor: string
      readonly notes: string
      readonly actorSource?: ActorSource | undefined
      /** What lists show of the bundle. */
      readonly details?: RegistrationDetails | undefined
    }
  | ({ readonly kind: 'set_alias'; readonly alias: string; readonly version: string } & ExpectedChange)
  | ({ readonly kind: 'remove_alias'; readonly alias: string } & ExpectedChange)
  | ({ readonly kind: 'promote'; readonly version: string; readonly override: boolean } & RestoringChange)
  | ({ readonly kind: 'rollback' } & RestoringChange)
  | ({
      readonly kind: 'tag'
      readonly version: string
      readonly set: ReadonlyMap<string, string>
      readonly remove: readonly string[]
    } & Change)
  | ({ readonly kind: 'describe'; readonly version: string; readonly description: string } & Change)
  | ({ readonly kind: 'retire' | 'restore'; readonly version: string } & Change)
  | ({
      readonly kind: 'delete'
      readonly versions: readonly string[]
      /** How many versions that last were champion are kept; `all` keeps those of every alias, and the newest version. */
      readonly retention: Retention
    } & Change)
  | ({
      readonly kind: 'add_evidence'
      readonly version: string
      readonly evidence: EvidenceDetails
    } & Change)
  | ({ readonly kind: 'approve'; readonly approval: ApprovalDetails } & Change)
  | ({ readonly kind: 'set_policy'; readonly policy: PromotionPolicy } & Change)

/** What is kept of a model's versions. */
export interface Retention {
  /** How many of the versions that an alias last pointed at are kept. At least 1. */
  readonly keep: number
  /** Whose history counts: of `champion` alone, or of every alias; then the newest version is kept too. */
  readonly of: 'champion' | 'every alias'
}
