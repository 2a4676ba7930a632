import type { CountedApproval } from '../history/details/counted-approval.ts'
import type { GateState, RecordedApproval } from '../gates/gate-state.ts'
import { approvalProblem, type ApprovalSubject } from './approval-problem.ts'
import { folded, isSamePerson } from './person.ts'

/** An approval that does not count, and why. */
export interface UncountedApproval extends CountedApproval {
  readonly why: string
}

/** Which approvals of a version count. */
export interface ApprovalCount {
  /** At most one a person: the last one. */
  readonly counted: readonly CountedApproval[]
  readonly uncounted: readonly UncountedApproval[]
}

/**
 * Counts the people who approved a version. Who promotes counts only beside somebody else.
 *
 * @param state whose approvals are looked at
 * @param subject the version, with the keys and the clock
 * @param promoter who promotes; null where nobody does yet
 */
export function countApprovals(
  state: GateState,
  subject: ApprovalSubject,
  promoter: string | null,
): ApprovalCount {
  const people = new Map<string, CountedApproval>()
  const uncounted: UncountedApproval[] = []
  for (const approval of approvalsOf(state, subject)) {
    const { position, statement } = approval
    const one = { position, approver: statement.approver }
    const why = approvalProblem(approval, subject)
    if (why === null) people.set(folded(statement.approver), one)
    else uncounted.push({ ...one, why })
  }
  const counted = [...people.values()]
  const [only, ...others] = counted
  if (only === undefined || others.length > 0 || promoter === null || !isSamePerson(only.approver, promoter))
    return { counted, uncounted }
  const why = `${promoter} promotes it and would be the only one who approved it`
  return { counted: [], uncounted: [...uncounted, { ...only, why }] }
}

/** The approvals of the version of a subject, overrides among them. */
export function approvalsOf(
  state: GateState,
  { registration }: ApprovalSubject,
): readonly RecordedApproval[] {
  return state.approvals.filter(
    ({ statement: { kind, version } }) => kind !== 'policy' && version === registration?.version,
  )
}
