import type { HistoryEntry } from '../history/history-entry.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { RecordedApproval } from '../gates/gate-state.ts'
import type { ApproverState } from './approver-state.ts'
import { isSamePerson } from './person.ts'
import { isSignedBy } from './signature.ts'

/** How far ahead of this machine's clock an approver's may be, ms. */
export const clockTolerance = 300_000

const dayMilliseconds = 86_400_000

/** What an approval is held against. */
export interface ApprovalSubject {
  /** Name of the model. */
  readonly model: string
  readonly now: Date
  readonly approvers: ApproverState
  readonly policy: PromotionPolicy
  /** The version that is approved, and who registered it; null where a policy is approved. */
  readonly registration: HistoryEntry | null
  /** SHA-256 of the policy that is approved; null where a version is. */
  readonly policySha256: string | null
}

/**
 * Why an approval does not count, whoever makes use of it; null where it counts.
 *
 * @param approval with its signature, which is checked here
 * @param subject what it is held against, with the keys and the clock
 */
export function approvalProblem(approval: RecordedApproval, subject: ApprovalSubject): string | null {
  return (
    subjectProblem(approval, subject) ??
    signatureProblem(approval, subject) ??
    timeProblem(approval, subject) ??
    personProblem(approval, subject)
  )
}

function subjectProblem(
  { statement, sawThis, repeats }: RecordedApproval,
  subject: ApprovalSubject,
): string | null {
  const { model, registration, policySha256 } = subject
  if (repeats !== null) return repetition(repeats)
  if (statement.model !== model) return `it is for the model ${statement.model}`
  if (statement.version !== (registration?.version ?? null))
    return statement.version === null ? 'it is for a policy' : `it is for version ${statement.version}`
  if (statement.manifest_sha256 !== (registration?.manifest_sha256 ?? null)) return 'it is for another bundle'
  if (statement.policy_sha256 !== policySha256) return 'it is for another policy'
  return sawThis ? null : 'it was given on another history than this one'
}

/** Why a statement that an earlier line holds does not count. */
export function repetition(line: number): string {
  return `it repeats what was signed at line ${String(line)}`
}

function signatureProblem(
  { statement, signature }: RecordedApproval,
  { approvers }: ApprovalSubject,
): string | null {
  const enrolled = approvers.keys.get(statement.key_id)
  if (enrolled === undefined) return `its key is not enrolled`
  if (!isSamePerson(enrolled.name, statement.approver)) return `its key is ${enrolled.name}'s`
  if (!isSignedBy(statement, signature, enrolled.key)) return `it is not what ${enrolled.name} signed`
  return enrolled.revoked === null ? null : `the key was revoked at ${enrolled.revoked.at}`
}

function timeProblem({ statement }: RecordedApproval, { now, policy }: ApprovalSubject): string | null {
  const { signed_at: signedAt, expires_at: expiresAt } = statement
  const [signed, present] = [Date.parse(signedAt), now.getTime()]
  if (signed > present + clockTolerance)
    return `it was signed at ${signedAt}, and the clock says ${now.toISOString()}`
  if (expiresAt !== null && Date.parse(expiresAt) <= present) return `it expired at ${expiresAt}`
  const { longest_validity_days: days } = policy
  if (days !== null && signed + days * dayMilliseconds <= present)
    return `it was signed at ${signedAt}, and the policy lets it count for ${String(days)} days`
  return null
}

function personProblem(
  { statement: { approver }, actor }: RecordedApproval,
  { registration }: ApprovalSubject,
): string | null {
  if (registration === null) return null
  const { actor: trainer } = registration
  if (isSamePerson(approver, trainer)) return `${approver} registered the version`
  return isSamePerson(actor, trainer) ? `${actor}, who handed it in, registered the version` : null
}
