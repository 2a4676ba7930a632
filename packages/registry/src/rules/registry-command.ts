import type { RegistrationDetails } from '../history/details/registration-details.ts'

/** Who changes something, and why; both are recorded. */
export interface Change {
  readonly actor: string
  readonly reason: string
}

/** A change that holds only where an alias is where it is expected. */
export interface ExpectedChange extends Change {
  /** Compare-and-set: the version that the alias must point at now; null where it must not exist. */
  readonly expected?: string | null | undefined
}

/** Something that shall change in the registry. */
export type RegistryCommand =
  | {
      readonly kind: 'register'
      readonly manifestSha256: string
      readonly actor: string
      readonly notes: string
      /** What lists show of the bundle. */
      readonly details?: RegistrationDetails | undefined
    }
  | ({ readonly kind: 'set_alias'; readonly alias: string; readonly version: string } & ExpectedChange)
  | ({ readonly kind: 'promote'; readonly version: string; readonly override: boolean } & ExpectedChange)
  | ({ readonly kind: 'rollback' } & ExpectedChange)
