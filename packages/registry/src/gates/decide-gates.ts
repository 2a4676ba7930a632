import { canonicalJson, ClaimsError } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { approvalProblem, type ApprovalSubject } from '../approvals/approval-problem.ts'
import { noApprovers, type ApproverState } from '../approvals/approver-state.ts'
import { isSamePerson } from '../approvals/person.ts'
import type { CountedApproval } from '../history/details/counted-approval.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { requireFilled, requireText } from '../rules/require-text.ts'
import { versionDeleted } from '../rules/refusals-of-versions.ts'
import { registrationOf, unknownModel } from '../rules/refusals.ts'
import type { Change, RegistryCommand } from '../rules/registry-command.ts'
import type { ModelState } from '../rules/replay-history.ts'
import type { Said } from '../rules/said.ts'
import { placeText } from './constraint.ts'
import { requireConstraint } from './parse-constraint.ts'
import { noPolicy, statementIdentity } from './gate-state.ts'
import { approvalRefused, policyRefused } from './refusals.ts'
import { weakenings } from './weakened-policy.ts'

/** What decisions on approvals rest on beside the history. */
export interface ApprovalFacts {
  /** Name of the model. */
  readonly name: string
  readonly now: Date
  /** The keys whose signatures count; none where nobody says. */
  readonly approvers?: ApproverState | undefined
  /** Hash of the last line; an approval needs it. */
  readonly lastSha256?: string | undefined
}

type Command<K extends RegistryCommand['kind']> = Extract<RegistryCommand, { kind: K }>

/** Adds an evaluation to what is known of a version. */
export function decideEvidence(
  state: ModelState,
  { version, evidence, ...change }: Command<'add_evidence'>,
  name: string,
): readonly Said[] {
  const registration = keptVersion(state, name, version)
  const { evaluation_sha256: hash } = evidence
  const known = state.gates.evidence.get(version)?.find((each) => each.evaluation_sha256 === hash)
  if (known !== undefined)
    throw new ClaimsError(
      'already_exists',
      `This evaluation is evidence on version ${version} of ${name} already`,
      {
        problems: [
          {
            field: 'evaluation',
            problem: `stands at line ${String(known.position)}`,
            allowed: 'another one',
          },
        ],
      },
    )
  return [{ ...about(change, registration), action: 'add_evidence', details: evidence }]
}

/** Hands in an approval, which counts where every gate that looks at it finds so; what can never count is refused. */
export function decideApproval(
  state: ModelState,
  { approval, ...change }: Command<'approve'>,
  { name, now, approvers = noApprovers, lastSha256 }: ApprovalFacts,
): readonly Said[] {
  const { statement } = approval
  const { version } = statement
  requireFilled('reason', statement.reason)
  if (state.registrations.length === 0) throw unknownModel(name)
  const registration = version === null ? null : keptVersion(state, name, version)
  const { heads, policy, approvals } = state.gates
  const recorded = {
    ...approval,
    ...statementIdentity(approvals, approval),
    position: heads.length + 1,
    actor: change.actor,
    sawThis: [...heads, lastSha256][statement.seen.position] === statement.seen.sha256,
  }
  const problem =
    subjectOfKind(statement) ??
    approvalProblem(recorded, {
      ...{ model: name, now, approvers, policy: policy?.policy ?? noPolicy, registration },
      policySha256: statement.policy_sha256,
    })
  if (problem !== null) throw approvalRefused(statement.approver, problem)
  return [{ ...about(change, registration), action: 'approve', details: approval }]
}

/** Sets what a model demands of a promotion; less than before needs another person while approvals are demanded. */
export function decidePolicy(
  state: ModelState,
  { policy, ...change }: Command<'set_policy'>,
  facts: ApprovalFacts,
): readonly Said[] {
  const { name, now, approvers = noApprovers } = facts
  if (state.registrations.length === 0) throw unknownModel(name)
  for (const constraint of policy.constraints) {
    requireConstraint(constraint)
    requireText('constraint', placeText(constraint.on))
  }
  const { policy: before } = state.gates.policy ?? { policy: noPolicy }
  const less = before.approvals === 0 ? [] : weakenings(before, policy)
  const subject = {
    model: name,
    now,
    approvers,
    policy: before,
    registration: null,
    policySha256: policySha256(policy),
  }
  const approvals = policyApprovals(state, subject, change)
  if (less.length > 0 && approvals.length === 0) throw policyRefused(name, less)
  const details = { policy, approvals: less.length === 0 ? [] : approvals }
  return [{ ...about(change, null), action: 'set_policy', details }]
}

/** The registration of a version that was not deleted. @throws ClaimsError `unknown_version`, `version_deleted` */
function keptVersion(state: ModelState, name: string, version: string): HistoryEntry {
  const registration = registrationOf(state, name, version)
  const deleted = state.deleted.get(version)
  if (deleted !== undefined) throw versionDeleted(name, deleted)
  return registration
}

/** What an approver of a policy signs for. */
export function policySha256(policy: PromotionPolicy): string {
  return sha256(canonicalJson(policy))
}

function policyApprovals(
  { gates }: ModelState,
  subject: ApprovalSubject,
  { actor }: Change,
): readonly CountedApproval[] {
  return gates.approvals
    .filter(
      (approval) =>
        approval.statement.kind === 'policy' &&
        // One approval serves one change: that of the policy which its signer saw, whichever line holds it.
        approval.statement.seen.position >= (gates.policy?.position ?? 0) &&
        approvalProblem(approval, subject) === null &&
        ![approval.statement.approver, approval.actor].some((person) => isSamePerson(person, actor)),
    )
    .map(({ position, statement: { approver } }) => ({ position, approver }))
}

function subjectOfKind({
  kind,
  version,
  manifest_sha256: manifest,
  policy_sha256: policy,
}: {
  readonly kind: string
  readonly version: string | null
  readonly manifest_sha256: string | null
  readonly policy_sha256: string | null
}): string | null {
  const ofPolicy = version === null && manifest === null && policy !== null
  const ofVersion = version !== null && manifest !== null && policy === null
  return (kind === 'policy' ? ofPolicy : ofVersion) ? null : 'it says another thing than what it is about'
}

function about(
  { actor, reason }: Change,
  registration: HistoryEntry | null,
): Omit<Said, 'action' | 'details'> {
  return {
    ...{ actor, reason, version: registration?.version ?? '', alias: null, previous: null, override: false },
    manifest_sha256: registration?.manifest_sha256 ?? '',
  }
}
