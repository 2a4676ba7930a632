import type { z } from 'zod'
import type { HistoryAction } from '../history-actions.ts'
import { approvalDetailsSchema, type ApprovalDetails } from './approval-details.ts'
import { descriptionDetailsSchema, type DescriptionDetails } from './description-details.ts'
import { evidenceDetailsSchema, type EvidenceDetails } from './evidence-details.ts'
import { policyDetailsSchema, type PolicyDetails } from './policy-details.ts'
import { promotionDetailsSchema, type PromotionDetails } from './promotion-details.ts'
import { registrationDetailsSchema, type RegistrationDetails } from './registration-details.ts'
import { tagDetailsSchema, type TagDetails } from './tag-details.ts'

/** What `details` holds, by the action that has any. */
export interface DetailsByAction {
  readonly register: RegistrationDetails
  readonly tag: TagDetails
  readonly describe: DescriptionDetails
  readonly promote: PromotionDetails
  readonly promote_refused: PromotionDetails
  readonly add_evidence: EvidenceDetails
  readonly approve: ApprovalDetails
  readonly set_policy: PolicyDetails
  /** Of the bundle that is gone, where its registration does not say them. */
  readonly delete: RegistrationDetails
}

/** The details of any action. */
export type HistoryDetails = DetailsByAction[keyof DetailsByAction]

/** Actions whose details repeat what a manifest says; they are checked when they are asked for. */
export const summarising: ReadonlySet<HistoryAction> = new Set(['register', 'delete'])

/** Schema of `details` by action; `details` of an action without one is left out when a line is read. */
export const detailsSchemas: Readonly<Partial<Record<HistoryAction, z.ZodType<HistoryDetails | undefined>>>> =
  {
    register: registrationDetailsSchema,
    tag: tagDetailsSchema,
    describe: descriptionDetailsSchema,
    promote: promotionDetailsSchema.optional(),
    promote_refused: promotionDetailsSchema,
    add_evidence: evidenceDetailsSchema,
    approve: approvalDetailsSchema,
    set_policy: policyDetailsSchema,
    delete: registrationDetailsSchema,
  } satisfies { readonly [A in keyof DetailsByAction]: z.ZodType<DetailsByAction[A] | undefined> }
