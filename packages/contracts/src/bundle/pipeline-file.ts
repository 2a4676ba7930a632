import { z } from 'zod'

/** The content of `pipeline.json`: fitted steps in order, and the features that come out of them in the model's order. */
export const pipelineFileSchema = z.strictObject({
  format_version: z.literal(1),
  /** The state of each step; its kind knows what it means. */
  steps: z.array(z.strictObject({ kind: z.string(), state: z.record(z.string(), z.unknown()) })),
  features: z.array(z.string()),
})
/** The content of `pipeline.json`. */
export type PipelineFile = z.infer<typeof pipelineFileSchema>
