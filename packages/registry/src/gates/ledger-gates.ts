import { ClaimsError, type BundleFiles, type Clock, type DocumentStore } from '@claims/contracts'
import type { LedgerApprovers } from '../approvals/ledger-approvers.ts'
import { verifyApprovals, type ApprovalVerdict } from '../approvals/verify-approvals.ts'
import { bundleEvidence, furtherEvaluation } from '../evidence/read-evidence.ts'
import type { ApprovalDetails, ApprovalStatement } from '../history/details/approval-details.ts'
import { detailsOf } from '../history/details/details-of.ts'
import type { EvidenceDetails } from '../history/details/evidence-details.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { requireFilled } from '../rules/require-text.ts'
import type { DecisionFacts } from '../rules/decide.ts'
import { versionDeleted } from '../rules/refusals-of-versions.ts'
import { registrationOf, unknownModel } from '../rules/refusals.ts'
import type { Change, RegistryCommand } from '../rules/registry-command.ts'
import type { ModelState } from '../rules/replay-history.ts'
import { policySha256 } from './decide-gates.ts'
import type { GateFacts } from './gate-facts.ts'
import { noPolicy } from './gate-state.ts'
import { judgeGates, type GateReport } from './judge-gates.ts'
import type { ApprovalDraft, GateCheck, ModelGates } from './model-gates.ts'
import { approvalRefused } from './refusals.ts'

/** What a decision asks for beside history, name and clock. */
export type FurtherFacts = Pick<DecisionFacts, 'gates' | 'approvers'>

/** What the gates of a registry are made of. */
export interface LedgerGatesParts {
  readonly approvers: LedgerApprovers
  /** Where further evaluations are kept; without it none can be added. */
  readonly documents: DocumentStore | undefined
  readonly clock: Clock
  /** State of a model and hash of its last line. */
  readonly read: (name: string) => Promise<{ readonly state: ModelState; readonly lastSha256: string }>
  /** Lets a command be decided and appends what it adds. */
  readonly change: (
    name: string,
    command: RegistryCommand,
    facts: () => Promise<FurtherFacts>,
  ) => Promise<HistoryEntry>
  /** A registered bundle. */
  readonly open: (manifestSha256: string) => Promise<BundleFiles>
}

/** The gates of a registry whose histories are chained lines of a ledger. */
export class LedgerGates implements ModelGates {
  readonly #parts: LedgerGatesParts

  constructor(parts: LedgerGatesParts) {
    this.#parts = parts
  }

  /** What the gates of a version rest on, its approvers read anew. */
  async facts(registration: HistoryEntry): Promise<FurtherFacts & { readonly gates: GateFacts }> {
    const approvers = await this.#parts.approvers.state()
    const bundle = await this.#parts.open(registration.manifest_sha256)
    const { headline, blueprint } = bundle.manifest
    const { constraints } = blueprint.selection
    const evidence = await this.#evidence(bundle, registration)
    return { approvers, gates: { headline, constraints, evidence, approvers } }
  }

  async check(
    name: string,
    version: string,
    { actor, override = false }: GateCheck = {},
  ): Promise<GateReport> {
    const { state } = await this.#read(name)
    const registration = registrationOf(state, name, version)
    const deleted = state.deleted.get(version)
    if (deleted !== undefined) throw versionDeleted(name, deleted)
    const { gates } = await this.facts(registration)
    return judgeGates(state.gates, gates, {
      ...{ name, registration, now: this.#parts.clock.now(), promoter: actor ?? null, override },
      retired: state.retired.get(version),
    })
  }

  async policy(name: string): Promise<PromotionPolicy> {
    const { state } = await this.#read(name)
    return state.gates.policy?.policy ?? noPolicy
  }

  async setPolicy(name: string, policy: PromotionPolicy, change: Change): Promise<HistoryEntry> {
    return await this.#parts.change(name, { ...change, kind: 'set_policy', policy }, () => this.#approvers())
  }

  async addEvidence(
    name: string,
    version: string,
    { evaluation, ...change }: Change & { readonly evaluation: string },
  ): Promise<HistoryEntry> {
    const { documents, change: append } = this.#parts
    if (documents === undefined)
      throw new TypeError('A registry without documents keeps no further evaluations')
    const { state } = await this.#read(name)
    const { manifest_sha256: manifest } = registrationOf(state, name, version)
    const deleted = state.deleted.get(version)
    if (deleted !== undefined) throw versionDeleted(name, deleted)
    const { blueprint } = (await this.#parts.open(manifest)).manifest
    const { text, evidence } = furtherEvaluation(evaluation, { manifestSha256: manifest, blueprint })
    // A document that no line names does no harm; a line that names none would.
    await documents.put(text)
    return await append(name, { ...change, kind: 'add_evidence', version, evidence }, () =>
      Promise.resolve({}),
    )
  }

  async draftApproval(name: string, draft: ApprovalDraft): Promise<ApprovalStatement> {
    const { kind, version, policy, key, reason, validityDays } = draft
    requireFilled('reason', reason)
    const { state, lastSha256 } = await this.#read(name)
    const enrolled = (await this.#parts.approvers.state()).keys.get(key.keyId)
    if (enrolled === undefined)
      throw approvalRefused(`the key ${key.keyId.slice(0, 12)}`, 'its key is not enrolled')
    const manifest = version === undefined ? null : registrationOf(state, name, version).manifest_sha256
    const now = this.#parts.clock.now()
    return {
      ...{ format_version: 1, kind, model: name, version: version ?? null, manifest_sha256: manifest },
      policy_sha256: policy === undefined ? null : policySha256(policy),
      ...{ approver: enrolled.name, key_id: key.keyId, reason, signed_at: now.toISOString() },
      expires_at: validityDays === undefined ? null : daysAfter(now, validityDays),
      seen: { position: state.gates.heads.length, sha256: lastSha256 },
    }
  }

  async approve(name: string, approval: ApprovalDetails, change: Change): Promise<HistoryEntry> {
    return await this.#parts.change(name, { ...change, kind: 'approve', approval }, () => this.#approvers())
  }

  async verifyApprovals(name: string): Promise<readonly ApprovalVerdict[]> {
    const { state } = await this.#read(name)
    return verifyApprovals(state.gates, await this.#parts.approvers.state())
  }

  async #read(name: string): Promise<{ readonly state: ModelState; readonly lastSha256: string }> {
    const read = await this.#parts.read(name)
    if (read.state.registrations.length === 0) throw unknownModel(name)
    return read
  }

  async #approvers(): Promise<FurtherFacts> {
    return { approvers: await this.#parts.approvers.state() }
  }

  /** Lines of earlier products do not hold what the bundle measured. */
  async #evidence(bundle: BundleFiles, registration: HistoryEntry): Promise<EvidenceDetails | undefined> {
    return detailsOf(registration, 'register')?.evidence === undefined
      ? await bundleEvidence(bundle)
      : undefined
  }
}

function daysAfter(now: Date, days: number): string {
  const at = new Date(now.getTime() + days * 86_400_000)
  if (days > 0 && !Number.isNaN(at.getTime())) return at.toISOString()
  throw new ClaimsError('invalid_parameter', `An approval cannot expire after ${String(days)} days`, {
    problems: [
      { field: 'expires', problem: 'is no such time', allowed: 'a number of days above 0', received: days },
    ],
  })
}
