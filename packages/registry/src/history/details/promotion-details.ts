import { z } from 'zod'
import { countedApprovalSchema, type CountedApproval } from './counted-approval.ts'
import { evidencePlaceSchema, type EvidencePlace } from './evidence-details.ts'
import { constraintOperators, type ConstraintOperator } from './policy-details.ts'

/** A gate of a promotion, and how the version stood at it. */
export interface GateRow {
  /** `training_verdict`, `evaluation_verdict`, `constraint`, `leak`, `approvals`, `clock`, `override`, `expected_champion`, `version`; later products may have more. */
  readonly gate: string
  /** Of a constraint. */
  readonly metric: string | null
  /** Rows that it was measured on; null where the gate measures nothing. */
  readonly on: EvidencePlace | null
  readonly operator: ConstraintOperator | '==' | null
  readonly limit: number | string | null
  /** What was found; null where there is nothing to hold against the limit. */
  readonly value: number | string | null
  readonly passed: boolean
  /** Whether it failed and the promotion passed over it. */
  readonly overridden: boolean
  /** What was found and why that is enough or not, as a sentence. */
  readonly why: string
  /** SHA-256 of the evaluation that the value is from; null where it is from none. */
  readonly evidence: string | null
}

/** What a promotion, or a refused one, rested on. */
export interface PromotionDetails {
  readonly gates: readonly GateRow[]
  /** Lines of the history whose approvals counted. */
  readonly approvals: readonly CountedApproval[]
  /** The last line of the ledger of approvers that was known. */
  readonly approvers: { readonly position: number; readonly sha256: string }
}

/** Schema of `details` of a promotion and of a refused one; earlier promotions have none. */
export const promotionDetailsSchema: z.ZodType<PromotionDetails> = z.object({
  gates: z.array(
    z.object({
      gate: z.string(),
      metric: z.string().nullable(),
      on: evidencePlaceSchema.nullable(),
      operator: z.enum([...constraintOperators, '==']).nullable(),
      limit: z.union([z.number(), z.string()]).nullable(),
      value: z.union([z.number(), z.string()]).nullable(),
      passed: z.boolean(),
      overridden: z.boolean(),
      why: z.string(),
      evidence: z.string().nullable(),
    }),
  ),
  approvals: z.array(countedApprovalSchema),
  approvers: z.object({ position: z.int(), sha256: z.string() }),
})
