import type { ApprovalCount } from '../approvals/count-approvals.ts'
import { clockTolerance } from '../approvals/approval-problem.ts'
import type { OverrideSearch } from '../approvals/find-override.ts'
import { isSamePerson } from '../approvals/person.ts'
import type { GateRow } from '../history/details/promotion-details.ts'
import { gateRow } from './gate-row.ts'
import type { RecordedEvidence } from './gate-state.ts'

/** The gate of the number of people who approved. */
export function approvalsGate({ counted, uncounted }: ApprovalCount, required: number): GateRow {
  const people = counted.map(({ approver }) => approver).join(', ')
  const others = uncounted.map(
    ({ approver, position, why }) =>
      `; that of ${approver} (line ${String(position)}) does not count: ${why}`,
  )
  return gateRow({
    ...{ gate: 'approvals', operator: '>=', limit: required, value: counted.length },
    passed: counted.length >= required,
    why: `${people === '' ? 'nobody approved it' : `approved by ${people}`}${others.join('')}`,
  })
}

/** The gates of suspected leaks that the training kept: each needs a second person who approved the version. */
export function leakGates(
  evidence: readonly RecordedEvidence[],
  { counted }: ApprovalCount,
  promoter: string | null,
): readonly GateRow[] {
  const second = counted.find(({ approver }) => promoter === null || !isSamePerson(approver, promoter))
  return evidence.flatMap(({ leaks, evaluation_sha256: sha256 }) =>
    leaks.map(({ column, message }) =>
      gateRow({
        ...{ gate: 'leak', passed: second !== undefined, value: column, evidence: sha256 },
        why: `${message} ${second === undefined ? 'A second person has to approve it.' : `Approved by ${second.approver}.`}`,
      }),
    ),
  )
}

/** The gate of the clock, by which approvals expire; nothing where none counts or the clock is not behind. */
export function clockGates(
  { counted }: ApprovalCount,
  { now, latest }: { readonly now: Date; readonly latest: string },
): readonly GateRow[] {
  if (counted.length === 0 || Date.parse(latest) <= now.getTime() + clockTolerance) return []
  const why = `the clock says ${now.toISOString()}, which is before the history's ${latest}: whether approvals expired cannot be told`
  return [gateRow({ gate: 'clock', passed: false, why })]
}

/** The gate of a second person's override. */
export function overrideGate({ found, refused }: OverrideSearch): GateRow {
  const others = refused.map(
    ({ approver, position, why }) =>
      `; that of ${approver} (line ${String(position)}) does not count: ${why}`,
  )
  const why =
    found === null
      ? 'no second person signed an override of this version'
      : `${found.statement.approver} signed it (line ${String(found.position)}): ${found.statement.reason}`
  return gateRow({ gate: 'override', passed: found !== null, why: `${why}${others.join('')}` })
}
