import type { GateState, RecordedApproval } from '../gates/gate-state.ts'
import { approvalProblem, type ApprovalSubject } from './approval-problem.ts'
import { approvalsOf, type UncountedApproval } from './count-approvals.ts'
import { isSamePerson } from './person.ts'

/** The override that a promotion may use. */
export interface OverrideSearch {
  /** Null where there is none. */
  readonly found: RecordedApproval | null
  /** Overrides that may not be used, and why. */
  readonly refused: readonly UncountedApproval[]
}

/**
 * Finds a second person's signed override of a version. One override serves one promotion, and only for what the approver
 * saw, whichever line holds it: a promotion of the version, evidence or a policy behind the line that the statement names as
 * seen asks for another one.
 *
 * @param state whose approvals are looked at
 * @param subject the version, with the keys and the clock
 * @param promoter who promotes; null where nobody does yet
 */
export function findOverride(
  state: GateState,
  subject: ApprovalSubject,
  promoter: string | null,
): OverrideSearch {
  const refused: UncountedApproval[] = []
  let found: RecordedApproval | null = null
  for (const approval of approvalsOf(state, subject)) {
    const { position, statement } = approval
    if (statement.kind !== 'override') continue
    const why = approvalProblem(approval, subject) ?? useProblem(approval, { state, subject, promoter })
    if (why === null) found = approval
    else refused.push({ position, approver: statement.approver, why })
  }
  return { found, refused }
}

interface Use {
  readonly state: GateState
  readonly subject: ApprovalSubject
  readonly promoter: string | null
}

function useProblem(
  { statement: { approver, seen } }: RecordedApproval,
  { state, subject, promoter }: Use,
): string | null {
  if (promoter !== null && isSamePerson(approver, promoter))
    return `${promoter} promotes it; another person overrides`
  const version = subject.registration?.version ?? ''
  const promoted = state.promoted.get(version) ?? 0
  if (promoted > seen.position) return `it was given before the promotion of line ${String(promoted)}`
  const evidence = state.evidence.get(version)?.at(-1)?.position ?? 0
  if (evidence > seen.position) return `it was given before the evidence of line ${String(evidence)}`
  const policy = state.policy?.position ?? 0
  return policy > seen.position ? `it was given before the policy of line ${String(policy)}` : null
}
