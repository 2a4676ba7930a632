import type { SigningKey } from '../approvals/key-pair.ts'
import type { ApprovalVerdict } from '../approvals/verify-approvals.ts'
import type { ApprovalDetails, ApprovalKind, ApprovalStatement } from '../history/details/approval-details.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import type { Change } from '../rules/registry-command.ts'
import type { GateReport } from './judge-gates.ts'

/** How a version would stand. */
export interface GateCheck {
  /** Who would promote; who that is matters where one person approved. */
  readonly actor?: string | undefined
  /** Whether a second person's override shall be made use of. */
  readonly override?: boolean | undefined
}

/** What an approver is about to sign. */
export interface ApprovalDraft {
  readonly kind: ApprovalKind
  /** The version that is approved; absent where a policy is. */
  readonly version?: string | undefined
  /** The policy that is approved; absent where a version is. */
  readonly policy?: PromotionPolicy | undefined
  /** The approver's key; its person is looked up among the enrolled ones. */
  readonly key: Pick<SigningKey, 'keyId'>
  readonly reason: string
  /** Days after which it expires; it does not where absent. */
  readonly validityDays?: number | undefined
}

/**
 * What a promotion of a model has to pass: constraints, evidence, approvals and the policy that asks for them. Everything
 * stands in the model's history; `ModelRegistry.promote` judges by it.
 */
export interface ModelGates {
  /**
   * How a version stands at every gate, without promoting it.
   *
   * @throws ClaimsError `unknown_model`, `unknown_version`, `damaged_bundle`
   */
  check(name: string, version: string, check?: GateCheck): Promise<GateReport>

  /** What a model demands beyond its blueprint; nothing where nobody set a policy. @throws ClaimsError `unknown_model` */
  policy(name: string): Promise<PromotionPolicy>

  /**
   * Sets the whole policy of a model.
   *
   * @throws ClaimsError `policy_refused`, naming what it demands less, where approvals are demanded and no other person
   *   signed for it; `invalid_parameter` for a metric that is not known; `unknown_model`
   */
  setPolicy(name: string, policy: PromotionPolicy, change: Change): Promise<HistoryEntry>

  /**
   * Adds an evaluation of a version on further rows; its canonical JSON is kept by its hash. It can take a promotion away
   * and never make one: every evaluation that measured a constraint has to meet it, and one on rows that the model was
   * trained on never counts.
   *
   * @param name of the model
   * @param version that was measured
   * @param addition text of `evaluation.json` as `claims evaluate --out` wrote it; who adds it and why
   * @throws ClaimsError `evidence_refused` where it is none or is about another bundle; `already_exists`;
   *   `unknown_model`, `unknown_version`
   */
  addEvidence(
    name: string,
    version: string,
    addition: Change & { readonly evaluation: string },
  ): Promise<HistoryEntry>

  /**
   * What an approver signs: it names the bundle or the policy, and the last line of the history that there is now.
   *
   * @throws ClaimsError `approval_refused` where the key is not enrolled; `unknown_model`, `unknown_version`
   */
  draftApproval(name: string, draft: ApprovalDraft): Promise<ApprovalStatement>

  /**
   * Hands in a signed approval. Whether it counts is asked again at every promotion: it may expire, and its key may be
   * revoked.
   *
   * @param name of the model
   * @param approval of `signApproval`
   * @param change who hands it in; for four eyes neither this actor nor the approver registered the version
   * @throws ClaimsError `approval_refused` saying why it can never count; `unknown_model`, `unknown_version`
   */
  approve(name: string, approval: ApprovalDetails, change: Change): Promise<HistoryEntry>

  /**
   * Checks the signature of every approval in a history: what makes it hold is the approver's key alone, so nobody who can
   * write to the database can make one up. One that expired or whose key was revoked since holds all the same.
   *
   * @throws ClaimsError `unknown_model`
   */
  verifyApprovals(name: string): Promise<readonly ApprovalVerdict[]>
}
