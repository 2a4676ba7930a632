import type { GateState } from '../gates/gate-state.ts'
import type { CountedApproval } from '../history/details/counted-approval.ts'
import type { ApproverState } from './approver-state.ts'
import { repetition } from './approval-problem.ts'
import { isSignedBy } from './signature.ts'

/** Whether an approval of a history is what a person signed. */
export interface ApprovalVerdict extends CountedApproval {
  /** Why it is not; null where it is. */
  readonly problem: string | null
}

/** Checks the signature of every approval of a model against every key that was ever enrolled. */
export function verifyApprovals(
  { approvals }: GateState,
  { keys }: ApproverState,
): readonly ApprovalVerdict[] {
  return approvals.map(({ position, statement, signature, sawThis, repeats }) => {
    const enrolled = keys.get(statement.key_id)
    const found = { position, approver: statement.approver }
    if (enrolled === undefined) return { ...found, problem: 'its key was never enrolled' }
    if (!isSignedBy(statement, signature, enrolled.key))
      return { ...found, problem: `it is not what ${enrolled.name} signed` }
    if (repeats !== null) return { ...found, problem: repetition(repeats) }
    return { ...found, problem: sawThis ? null : 'it was given on another history than this one' }
  })
}
