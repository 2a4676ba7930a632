import { emptyLedger } from '@claims/contracts'
import type { ApproverEntry, EnrollmentStatement } from './approver-entry.ts'
import { publicKeyOfBase64, type PublicKey } from './key-pair.ts'
import { isSamePerson, isSpelledAlike } from './person.ts'
import { isSignedBy } from './signature.ts'

/** A key that was enrolled. */
export interface EnrolledKey {
  readonly name: string
  readonly key: PublicKey
  readonly enrolledAt: string
  /** Who signed for it; null for the first one of all. */
  readonly signedBy: string | null
  /** When it was revoked and why; null while it counts. */
  readonly revoked: { readonly at: string; readonly reason: string } | null
}

/** What the ledger of approvers adds up to. */
export interface ApproverState {
  /** By the key's id, in the order in which they were enrolled. */
  readonly keys: ReadonlyMap<string, EnrolledKey>
  /** The last line. */
  readonly last: { readonly position: number; readonly sha256: string }
}

/** No key was ever enrolled. */
export const noApprovers: ApproverState = { keys: new Map(), last: { position: 0, sha256: emptyLedger } }

/** A line that may follow, before its place in the chain. */
export type ApproverFacts = Pick<ApproverEntry, 'statement' | 'signature'>

/**
 * Why a line may not follow; null where it may. One person has one key at a time and a key has one person for ever; the
 * first key is trusted on first use, every later line is signed by a key that counts: an enrollment by another person's,
 * a revocation by any. The last key that counts is not revoked, since nobody could sign for another one then.
 */
export function enrollmentProblem(
  state: ApproverState,
  { statement, signature }: ApproverFacts,
): string | null {
  const { kind, name, key_id: keyId, seen } = statement
  if (seen.position !== state.last.position || seen.sha256 !== state.last.sha256)
    return 'does not follow the last line of the ledger of approvers'
  const key = publicKeyOfBase64(statement.public_key)
  if (key?.keyId !== keyId) return 'holds a public key that is not the one it names'
  const known = state.keys.get(keyId)
  if (kind === 'revoke') {
    if (known === undefined || !isSamePerson(known.name, name)) return `names a key that is not ${name}'s`
    if (known.revoked !== null) return `names a key that was revoked at ${known.revoked.at}`
    if (countingKeys(state).length === 1) return 'would leave no key that counts; enroll another one first'
    return signerProblem(state, statement, signature)
  }
  if (known !== undefined)
    return `names a key that is ${known.name}'s${known.revoked === null ? '' : ' and was revoked'}`
  const other = countingKeys(state).find((each) => isSpelledAlike(each.name, name)) ?? null
  if (other !== null) return `names ${other.name}, who has a key; one person has one key at a time`
  if (state.keys.size > 0) return signerProblem(state, statement, signature)
  return statement.signer_key_id === null && signature === null
    ? null
    : 'is the first one, which nobody can sign'
}

/** The state after a line that may follow. */
export function withApproverEntry(
  state: ApproverState,
  entry: ApproverEntry,
  lineSha256: string,
): ApproverState {
  const { kind, name, key_id: keyId, public_key: base64, signer_key_id: signer, reason } = entry.statement
  const keys = new Map(state.keys)
  const key = publicKeyOfBase64(base64)
  const known = keys.get(keyId)
  if (kind === 'revoke' && known !== undefined)
    keys.set(keyId, { ...known, revoked: { at: entry.time, reason } })
  if (kind === 'enroll' && key !== null) {
    const signedBy = signer === null ? null : (keys.get(signer)?.name ?? null)
    keys.set(keyId, { name, key, enrolledAt: entry.time, signedBy, revoked: null })
  }
  return { keys, last: { position: state.last.position + 1, sha256: lineSha256 } }
}

/** The key of a person that counts; null where there is none. */
export function keyOfPerson(state: ApproverState, name: string): EnrolledKey | null {
  const keys = countingKeys(state)
  return (
    keys.find((each) => isSpelledAlike(each.name, name)) ??
    keys.find((each) => isSamePerson(each.name, name)) ??
    null
  )
}

function countingKeys(state: ApproverState): readonly EnrolledKey[] {
  return [...state.keys.values()].filter(({ revoked }) => revoked === null)
}

function signerProblem(
  state: ApproverState,
  statement: EnrollmentStatement,
  signature: string | null,
): string | null {
  const signer = statement.signer_key_id === null ? undefined : state.keys.get(statement.signer_key_id)
  if (signer === undefined || signature === null) return 'is not signed by an enrolled key'
  if (signer.revoked !== null)
    return `is signed by a key of ${signer.name} that was revoked at ${signer.revoked.at}`
  if (statement.kind === 'enroll' && isSpelledAlike(signer.name, statement.name))
    return `is signed by ${signer.name}, whose key it is to be; another person signs`
  return isSignedBy(statement, signature, signer.key) ? null : `is not what ${signer.name} signed`
}
