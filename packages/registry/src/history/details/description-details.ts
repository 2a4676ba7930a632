import { z } from 'zod'

/** What a change of a description says. */
export interface DescriptionDetails {
  /** What the version is described by from now on; empty where the description was taken away. */
  readonly description: string
}

/** Schema of `details` of a change of a description. */
export const descriptionDetailsSchema: z.ZodType<DescriptionDetails> = z.object({ description: z.string() })
