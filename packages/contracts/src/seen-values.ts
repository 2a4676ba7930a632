import { z } from 'zod'

const seenColumnSchema = z.object({
  name: z.string(),
  /** Share of the training rows without a value, 0-1. */
  missing_share: z.number().min(0).max(1),
  /** Smallest and largest number; null where there is none. */
  range: z.object({ minimum: z.number(), maximum: z.number() }).nullable(),
  /** Whether `range` is in epoch milliseconds. */
  is_time: z.boolean(),
  /** Levels of a category or truth value, sorted; null for numbers, dates and text. */
  levels: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('list'), values: z.array(z.string()) }),
      /** Many levels: a keyed 53-bit hash each, rising, 8-byte little-endian floats as Base64. */
      z.object({ kind: z.literal('hashes'), count: z.int(), values: z.string() }),
      /** So many levels that they are not kept: unseen ones cannot be told. */
      z.object({ kind: z.literal('too_many'), count: z.int() }),
    ])
    .nullable(),
  /** Share of the rows with a value whose level occurs once: how many unseen ones to expect (Good and Turing). */
  once_share: z.number().min(0).max(1),
})

/** The content of `seen-values.json`: what each input column held in the rows that the model was fitted on. */
export const seenValuesSchema = z.object({
  format_version: z.literal(1),
  rows: z.int(),
  /** Key of the hashes, 8 hexadecimal digits; another one in each bundle. */
  key: z.string().regex(/^[0-9a-f]{8}$/),
  columns: z.array(seenColumnSchema),
})
/** The content of `seen-values.json`. */
export type SeenValues = z.infer<typeof seenValuesSchema>
