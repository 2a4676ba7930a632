import { z } from 'zod'

/** What a change of tags says. */
export interface TagDetails {
  /** Keys and values that the version has from now on, in pairs: a key may be any text, also one that objects reserve. */
  readonly set: readonly (readonly [key: string, value: string])[]
  /** Keys that it has no more. */
  readonly removed: readonly string[]
}

/** Schema of `details` of a change of tags. */
export const tagDetailsSchema: z.ZodType<TagDetails> = z.object({
  set: z.array(z.tuple([z.string(), z.string()])),
  removed: z.array(z.string()),
})
