import type { Manifest } from '@claims/contracts'
import type { ApproverState } from '../approvals/approver-state.ts'
import type { EvidenceDetails } from '../history/details/evidence-details.ts'

/** What gates rest on beside the history. */
export interface GateFacts {
  /** What the training said of the version. */
  readonly headline: Manifest['headline']
  /** What the blueprint demands. */
  readonly constraints: Manifest['blueprint']['selection']['constraints']
  /** What the bundle brings along, for lines of earlier products, which hold none of it; undefined where it has none. */
  readonly evidence: EvidenceDetails | undefined
  /** The keys whose signatures count. */
  readonly approvers: ApproverState
}
