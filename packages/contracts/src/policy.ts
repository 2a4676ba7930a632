import { z } from 'zod'
import { bandsSchema, costsSchema } from './blueprint.ts'
import { bundleFormatVersionSchema } from './bundle-format.ts'
import { decisionsSchema } from './decisions.ts'

/** The probability from which on a claim is high risk, and why that one. */
export const thresholdSchema = z.object({
  value: z.number().min(0).max(1),
  /** Rows that it was chosen on. */
  chosen_on: z.string(),
  rule: z.string(),
  /** Limits that kept it from the value that the rule alone gives; absent in files of format 1. */
  bound_by: z.array(z.string()).optional(),
})

/** How a calibrated probability becomes a level, a band and a decision. */
export const policySchema = z.object({
  format_version: bundleFormatVersionSchema,
  threshold: thresholdSchema,
  /** Band edges in force: a declared edge moves to the threshold where the two would contradict. */
  bands: bandsSchema,
  declared_bands: bandsSchema,
  /** In force, lowest first; edges in force keep the order of the declared ones on either side of the threshold. */
  decisions: decisionsSchema,
  /** Null where nobody gave them. */
  costs: costsSchema.nullable(),
})
/** How a calibrated probability becomes a level, a band and a decision. */
export type Policy = z.infer<typeof policySchema>
