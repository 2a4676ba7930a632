import { z } from 'zod'

/** A claim of the built-in `claims` use case, as it comes over a wire. */
export const claimSchema = z.object({
  claim_id: z.string().min(1),
  customer_id: z.string().min(1),
  policy_id: z.string().min(1),
  /** USD. */
  claim_amount: z.number().gt(0).max(1_000_000),
  claim_type: z.enum(['auto', 'home', 'health', 'life']),
  claim_date: z.iso.date(),
  /** Years. */
  customer_age: z.number().min(18).max(120),
  /** Months. */
  policy_duration: z.number().nonnegative(),
  previous_claims: z.int().nonnegative().default(0),
  claim_description: z.string().default(''),
  location: z.string().optional(),
  supporting_documents: z.array(z.string()).default([]),
  policy_start_date: z.iso.date(),
  /** USD. */
  policy_coverage: z.number().positive(),
  policy_type: z.enum(['auto', 'home', 'health', 'life']),
  lapsed_policies: z.int().nonnegative().default(0),
  /** Sensitive; never a model input. */
  customer_gender: z.string().optional(),
})
/** A claim of the built-in `claims` use case. */
export type Claim = z.infer<typeof claimSchema>
