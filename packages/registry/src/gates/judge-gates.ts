import { countApprovals } from '../approvals/count-approvals.ts'
import { findOverride } from '../approvals/find-override.ts'
import type { ApprovalSubject } from '../approvals/approval-problem.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import type { GateRow, PromotionDetails } from '../history/details/promotion-details.ts'
import { approvalsGate, clockGates, leakGates, overrideGate } from './approval-gates.ts'
import { blueprintConstraints } from './constraint.ts'
import { constraintGates } from './constraint-gates.ts'
import type { GateFacts } from './gate-facts.ts'
import { gateRow } from './gate-row.ts'
import { noPolicy, type GateState, type RecordedEvidence } from './gate-state.ts'
import { evaluationGates, trainingGates } from './verdict-gates.ts'

/** The gates of a version, and what they come to. */
export interface GateReport extends PromotionDetails {
  /** Whether it may be promoted: every gate is passed, or passed over. */
  readonly passed: boolean
  /** Whether a gate that failed was passed over. */
  readonly overridden: boolean
}

/** A promotion that is judged. */
export interface PromotionAttempt {
  /** Name of the model. */
  readonly name: string
  readonly registration: HistoryEntry
  readonly now: Date
  /** Who promotes; null where nobody does yet. */
  readonly promoter: string | null
  /** Whether it asks to pass over what fails. */
  readonly override: boolean
  /** Where the alias has to point, which was checked; undefined where nobody said. */
  readonly expected?: string | null | undefined
  /** Entry that took the version out of use; undefined where it is in use, or taken back into it by the promotion. */
  readonly retired?: HistoryEntry | undefined
}

/** Gates that a second person's override passes over; that people approved, it cannot replace. */
const overridable: readonly string[] = [
  'training_verdict',
  'evaluation_verdict',
  'constraint',
  'leak',
  'clock',
]

/**
 * Judges a promotion at every gate.
 *
 * @param state what the history says
 * @param facts what the bundle and the ledger of approvers say
 * @param attempt which version, when and by whom
 */
export function judgeGates(state: GateState, facts: GateFacts, attempt: PromotionAttempt): GateReport {
  const { name, registration, now, promoter, override } = attempt
  const { policy } = state.policy ?? { policy: noPolicy }
  const evidence = evidenceOfVersion(state, facts, registration)
  const { approvers } = facts
  const subject: ApprovalSubject = { model: name, now, approvers, policy, registration, policySha256: null }
  const count = countApprovals(state, subject, promoter)
  const ofBlueprint = blueprintConstraints(facts.constraints)
  const constraints = constraintGates([...ofBlueprint, ...policy.constraints], evidence)
  const failed = constraints.slice(0, ofBlueprint.length).filter(({ passed }) => !passed).length
  const rows = [
    ...trainingGates(facts.headline, failed),
    ...evaluationGates(evidence),
    ...constraints,
    ...leakGates(evidence, count, promoter),
    approvalsGate(count, policy.approvals),
    ...clockGates(count, { now, latest: state.latest }),
    ...expectedGates(attempt),
    ...versionGates(attempt),
  ]
  const fails = rows.some((row) => !row.passed && overridable.includes(row.gate))
  const second = override && fails ? overrideGate(findOverride(state, subject, promoter)) : null
  const passesOver = second?.passed === true
  const gates = [...rows, ...(second === null ? [] : [second])].map((row) => ({
    ...row,
    overridden: passesOver && !row.passed && overridable.includes(row.gate),
  }))
  return {
    gates,
    approvals: count.counted,
    approvers: approvers.last,
    passed: gates.every((row) => row.passed || row.overridden),
    overridden: gates.some((row) => row.overridden),
  }
}

/** What was measured of a version. */
function evidenceOfVersion(
  state: GateState,
  { evidence: ofBundle }: GateFacts,
  { version }: HistoryEntry,
): readonly RecordedEvidence[] {
  const recorded = state.evidence.get(version) ?? []
  const registered = recorded.some(({ measured_on: measured }) => measured === 'held_out')
  return registered || ofBundle === undefined ? recorded : [{ ...ofBundle, position: 0 }, ...recorded]
}

function versionGates({ retired }: PromotionAttempt): readonly GateRow[] {
  if (retired === undefined) return []
  const why = `${retired.actor} retired it at ${retired.time}; a promotion takes it back into use where it says so`
  return [gateRow({ gate: 'version', passed: false, why })]
}

function expectedGates({ expected }: PromotionAttempt): readonly GateRow[] {
  if (expected === undefined) return []
  const text = expected === null ? 'none' : `version ${expected}`
  return [
    gateRow({
      ...{ gate: 'expected_champion', operator: '==', limit: text, value: text, passed: true },
      why: 'the champion is the one that was expected',
    }),
  ]
}
