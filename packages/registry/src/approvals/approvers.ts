import type { Change } from '../rules/registry-command.ts'
import type { PublicKey, SigningKey } from './key-pair.ts'

/** A person who may approve, and the key. */
export interface Approver {
  readonly name: string
  readonly key_id: string
  readonly enrolled_at: string
  /** Who signed for it; null for the first one of all, which is trusted on first use. */
  readonly signed_by: string | null
  /** When it was revoked; null while it counts. */
  readonly revoked_at: string | null
  readonly revoked_because: string | null
}

/** An enrollment of a key. */
export interface Enrollment extends Change {
  /** Whose key it is: the name that this person's own changes are recorded under. */
  readonly name: string
  readonly publicKey: PublicKey
  /** Key of another person who is enrolled; absent for the first one of all. */
  readonly signWith?: SigningKey | undefined
}

/** A revocation of a person's key. */
export interface Revocation extends Change {
  readonly name: string
  /** A key that counts: of another person, or the one that is revoked. */
  readonly signWith: SigningKey
}

/**
 * The people who may approve, each with one ed25519 key, in the ledger `_approvers`. It is read whole, with every signature,
 * whenever it is asked.
 */
export interface Approvers {
  /**
   * Everybody who was ever enrolled, in order.
   *
   * @throws ClaimsError `damaged_bundle` where a line was altered or a signature does not hold
   */
  list(): Promise<readonly Approver[]>

  /** @throws ClaimsError `enrollment_refused` saying which rule it breaks; `invalid_parameter` for a name */
  enroll(enrollment: Enrollment): Promise<Approver>

  /** @throws ClaimsError `enrollment_refused` */
  revoke(revocation: Revocation): Promise<Approver>
}
