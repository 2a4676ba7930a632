import { z } from 'zod'

/** A warning about one scored row: which field, what kind, what is wrong. */
export const rowWarningSchema = z.object({
  field: z.string(),
  /** The rule that was broken, such as `unseen_level`, `unexpected`, `range_of_training`. */
  code: z.string(),
  problem: z.string(),
})
/** A warning about one scored row. */
export type RowWarning = z.infer<typeof rowWarningSchema>

/** A warning about a file or a batch: every finding of one rule on one field, counted. */
export const dataWarningSchema = z.object({
  field: z.string(),
  code: z.string(),
  problem: z.string(),
  /** Rows that it concerns; null where it concerns the column or the file as a whole. */
  rows: z.int().nullable(),
  /** `rows` of all rows, 0-1; null likewise. */
  share: z.number().nullable(),
  /** At most three values, each at most 200 characters; none of a sensitive column. */
  examples: z.array(z.string()).max(3),
  /** `error` where the rows were rejected for it. */
  severity: z.enum(['error', 'warning']),
})
/** A warning about a file or a batch. */
export type DataWarning = z.infer<typeof dataWarningSchema>
