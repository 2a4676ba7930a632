import { canonicalJson } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { detailsOf } from '../history/details/details-of.ts'
import type { ApprovalDetails } from '../history/details/approval-details.ts'
import type { EvidenceDetails } from '../history/details/evidence-details.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { HistoryEntry } from '../history/history-entry.ts'

/** An approval as a history holds it. */
export interface RecordedApproval extends ApprovalDetails {
  /** Line of the history, from 1. */
  readonly position: number
  /** Who appended it, as asserted; `statement.approver` is who signed. */
  readonly actor: string
  /** Whether the line that the approver saw is the one that stands there. */
  readonly sawThis: boolean
  /** SHA-256 of the canonical JSON of the statement: what was signed, wherever a line holds it. */
  readonly statementSha256: string
  /** The earlier line that holds the same statement; null where this one is the first. */
  readonly repeats: number | null
}

/** Evidence as a history holds it. */
export interface RecordedEvidence extends EvidenceDetails {
  /** Line of the history, from 1; 0 where it was read from the bundle of a line that has none. */
  readonly position: number
}

/** What the gates of a model go by. */
export interface GateState {
  /** Null where none was set. */
  readonly policy: { readonly position: number; readonly policy: PromotionPolicy } | null
  /** By version, oldest first. */
  readonly evidence: ReadonlyMap<string, readonly RecordedEvidence[]>
  /** Oldest first. */
  readonly approvals: readonly RecordedApproval[]
  /** Line of the last promotion, by version. */
  readonly promoted: ReadonlyMap<string, number>
  /** Hash of the line before each line, oldest first. */
  readonly heads: readonly string[]
  /** Latest time of any line; empty where there is none. */
  readonly latest: string
}

/** What holds where no policy was set. */
export const noPolicy: PromotionPolicy = {
  ...{ format_version: 1, constraints: [], approvals: 0, longest_validity_days: null },
}

/** No line was read. */
export const noGates: GateState = {
  ...{ policy: null, evidence: new Map(), approvals: [], promoted: new Map(), heads: [], latest: '' },
}

/** The state of the gates while lines are added to it. */
export class GateReplay implements GateState {
  policy: GateState['policy']
  readonly evidence: Map<string, readonly RecordedEvidence[]>
  readonly approvals: RecordedApproval[]
  readonly promoted: Map<string, number>
  readonly heads: string[]
  latest: string

  /** @param state what the lines before add up to; it stays as it is */
  constructor(state: GateState) {
    this.policy = state.policy
    this.evidence = new Map(state.evidence)
    this.approvals = [...state.approvals]
    this.promoted = new Map(state.promoted)
    this.heads = [...state.heads]
    this.latest = state.latest
  }

  add(entry: HistoryEntry): void {
    this.heads.push(entry.previous_sha256)
    if (entry.time > this.latest) this.latest = entry.time
    const position = this.heads.length
    const { version } = entry
    const evidence = detailsOf(entry, 'register')?.evidence ?? detailsOf(entry, 'add_evidence')
    if (evidence !== undefined)
      this.evidence.set(version, [...(this.evidence.get(version) ?? []), { ...evidence, position }])
    const policy = detailsOf(entry, 'set_policy')?.policy
    if (policy !== undefined) this.policy = { position, policy }
    if (entry.action === 'promote') this.promoted.set(version, position)
    const approval = detailsOf(entry, 'approve')
    if (approval === undefined) return
    const { seen } = approval.statement
    const sawThis = this.heads[seen.position] === seen.sha256
    const identity = statementIdentity(this.approvals, approval)
    this.approvals.push({ ...approval, ...identity, position, actor: entry.actor, sawThis })
  }
}

/**
 * What was signed, by its content, and whether a history holds it already. A statement counts once, whoever appends it how
 * often.
 */
export function statementIdentity(
  before: readonly RecordedApproval[],
  { statement }: ApprovalDetails,
): Pick<RecordedApproval, 'statementSha256' | 'repeats'> {
  const statementSha256 = sha256(canonicalJson(statement))
  const first = before.find((approval) => approval.statementSha256 === statementSha256)
  return { statementSha256, repeats: first?.position ?? null }
}
