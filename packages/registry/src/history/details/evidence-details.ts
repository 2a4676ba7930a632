import { z } from 'zod'

/** A group of rows: those that have one level of a column. */
export interface EvidenceGroup {
  readonly column: string
  readonly level: string
}

/** Rows that a metric was measured on: the test, the latest rows beside it, or one group of the test. */
export type EvidencePlace = 'test' | 'out_of_time' | EvidenceGroup

/** A measured metric; the bounds are null where there is no interval. */
export interface EvidenceMetric {
  readonly value: number
  readonly lower: number | null
  readonly upper: number | null
}

/** What was measured on one set of rows. */
export interface EvidenceSet {
  readonly on: EvidencePlace
  readonly rows: number
  /** Null where it was not kept. */
  readonly positives: number | null
  /** By name. */
  readonly metrics: Readonly<Record<string, EvidenceMetric>>
}

/** A blocking finding of the leakage scan that did not take its column away. */
export interface EvidenceLeak {
  /** Null where it is about rows. */
  readonly column: string | null
  readonly kind: string
  readonly message: string
}

/** What an evaluation measured, as far as gates may need it. */
export interface EvidenceDetails {
  /** SHA-256 of the canonical JSON of the evaluation. */
  readonly evaluation_sha256: string
  /** SHA-256 of the measured file; null where it is not known. */
  readonly data_sha256: string | null
  readonly measured_on: 'held_out' | 'file'
  /** Name of the measured file. */
  readonly source: string
  /** Why it never counts, such as rows that the model was trained on; null where it counts. */
  readonly discounted: string | null
  readonly sets: readonly EvidenceSet[]
  /** Reasons against a promotion that no row says. */
  readonly reasons: readonly string[]
  readonly leaks: readonly EvidenceLeak[]
  /** Sets of groups that were left out: too many of them, or too long names. */
  readonly left_out: number
}

const metricSchema = z.object({
  value: z.number(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
})

/** Schema of the rows that a metric is measured on. */
export const evidencePlaceSchema: z.ZodType<EvidencePlace> = z.union(
  [z.enum(['test', 'out_of_time']), z.strictObject({ column: z.string().min(1), level: z.string() })],
  { error: 'must be "test", "out_of_time", or a group as an object of "column" and "level"' },
)

/** Schema of `details` of an evaluation that was added. */
export const evidenceDetailsSchema: z.ZodType<EvidenceDetails> = z.object({
  evaluation_sha256: z.string(),
  data_sha256: z.string().nullable(),
  measured_on: z.enum(['held_out', 'file']),
  source: z.string(),
  discounted: z.string().nullable(),
  sets: z.array(
    z.object({
      on: evidencePlaceSchema,
      rows: z.int(),
      positives: z.int().nullable(),
      metrics: z.record(z.string(), metricSchema),
    }),
  ),
  reasons: z.array(z.string()),
  leaks: z.array(z.object({ column: z.string().nullable(), kind: z.string(), message: z.string() })),
  left_out: z.int(),
})
