import { z } from 'zod'

/** One thing that a check found in the data. `error` findings reject their row, `warning` findings do not. */
export const findingSchema = z.object({
  /** 0-based row of the file or batch; null when the finding is about the whole column or file. */
  row: z.int().nullable(),
  /** Rows that one finding without a row stands for, such as those that hold an unknown field. */
  rows: z.int().optional(),
  field: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  rule: z.string(),
  problem: z.string(),
  allowed: z.string(),
  severity: z.enum(['error', 'warning']),
})
/** One thing that a check found in the data. */
export type Finding = z.infer<typeof findingSchema>

/** What the leakage scan found. `block` findings exclude the column or stop the training. */
export const leakageFindingSchema = z.object({
  /** Column, or null when the finding is about rows. */
  column: z.string().nullable(),
  kind: z.enum([
    'identifier',
    'post_outcome_name',
    'suspicious_single_feature',
    'row_order',
    'duplicates_across_split',
    'near_duplicates_across_split',
    'entity_across_split',
    'constant_in_later_period',
  ]),
  severity: z.enum(['warning', 'block']),
  action: z.enum(['kept', 'excluded', 'reported']),
  evidence: z.record(z.string(), z.union([z.number(), z.string()])),
  message: z.string(),
})
/** What the leakage scan found. */
export type LeakageFinding = z.infer<typeof leakageFindingSchema>

/** Result of validating a batch. */
export const validationReportSchema = z.object({
  rows: z.int(),
  rejected_rows: z.int(),
  /** 0-1: the mean of completeness, validity, consistency and uniqueness. */
  quality_score: z.number().min(0).max(1),
  dimensions: z.object({
    completeness: z.number(),
    validity: z.number(),
    consistency: z.number(),
    uniqueness: z.number(),
  }),
  gate: z.object({ passed: z.boolean(), failures: z.array(z.string()) }),
  /** Count of findings by rule and field, also of those left out of `findings`. */
  counts: z.array(
    z.object({ rule: z.string(), field: z.string(), severity: z.enum(['error', 'warning']), count: z.int() }),
  ),
  /** The first findings of each rule and field. */
  findings: z.array(findingSchema),
})
/** Result of validating a batch. */
export type ValidationReport = z.infer<typeof validationReportSchema>
