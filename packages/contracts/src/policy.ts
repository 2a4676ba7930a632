import { z } from 'zod'
import { bandsSchema, costsSchema } from './blueprint.ts'

/** How a calibrated probability becomes a level, a band and a decision. */
export const policySchema = z.object({
  format_version: z.literal(1),
  threshold: z.object({ value: z.number().min(0).max(1), chosen_on: z.string(), rule: z.string() }),
  /** Band edges in force: a declared edge moves to the threshold where the two would contradict. */
  bands: bandsSchema,
  declared_bands: bandsSchema,
  decisions: z.object({ low: z.string(), high: z.string() }),
  costs: costsSchema,
})
/** How a calibrated probability becomes a level, a band and a decision. */
export type Policy = z.infer<typeof policySchema>
