import { z } from 'zod'
import { countedApprovalSchema, type CountedApproval } from './counted-approval.ts'
import { evidencePlaceSchema, type EvidencePlace } from './evidence-details.ts'

const [mostConstraints, mostApprovals] = [200, 10]

/** How a measured value is held against a limit. */
export const constraintOperators = ['>=', '>', '<=', '<'] as const
/** How a measured value is held against a limit. */
export type ConstraintOperator = (typeof constraintOperators)[number]

/** One thing that a version must reach. */
export interface Constraint {
  readonly metric: string
  readonly on: EvidencePlace
  readonly operator: ConstraintOperator
  readonly limit: number
}

/** What a model demands of a promotion beyond its blueprint. */
export interface PromotionPolicy {
  readonly format_version: 1
  readonly constraints: readonly Constraint[]
  /** People who must have approved. */
  readonly approvals: number
  /** Days after its signature in which an approval counts, whatever it says itself; null where it alone decides. */
  readonly longest_validity_days: number | null
}

/** Schema of a constraint. */
const constraintSchema: z.ZodType<Constraint> = z.strictObject({
  metric: z.string().min(1),
  on: evidencePlaceSchema,
  operator: z.enum(constraintOperators),
  limit: z.number(),
})

/** Schema of a policy, as a file or a history holds it. */
export const promotionPolicySchema: z.ZodType<PromotionPolicy> = z.strictObject({
  format_version: z.literal(1),
  constraints: z.array(constraintSchema).max(mostConstraints).default([]),
  approvals: z.int().min(0).max(mostApprovals).default(0),
  longest_validity_days: z.number().positive().max(36_500).nullable().default(null),
})

/** What a change of a policy says. */
export interface PolicyDetails {
  /** What holds from now on. */
  readonly policy: PromotionPolicy
  /** Lines of the history whose approvals counted; none where nobody had to approve. */
  readonly approvals: readonly CountedApproval[]
}

/** Schema of `details` of a change of a policy. */
export const policyDetailsSchema: z.ZodType<PolicyDetails> = z.object({
  policy: promotionPolicySchema,
  approvals: z.array(countedApprovalSchema),
})
