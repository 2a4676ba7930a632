import { z } from 'zod'
import { riskBandSchema } from '../prediction.ts'

/** Newest format of a record that this product writes and reads. */
export const predictionFormatVersion = 1

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const pseudonym = z.string().regex(/^[0-9a-f]{32}$/)

/** Id of a prediction: a UUID of version 7, so that ids sort by time. */
export const predictionIdSchema: z.ZodType<string> = z.uuidv7()

/** What became of a row that has a score. */
const scoredSchema = z.object({
  status: z.literal('scored'),
  /** What the model gave, before calibration. */
  raw_score: z.number(),
  /** Calibrated probability of the positive class. A double, written with the digits that give it back exactly. */
  score: z.number(),
  risk_level: z.enum(['low', 'high']),
  risk_band: riskBandSchema,
  decision: z.string(),
  /** Which columns the reasons are of, largest first; values and sentences are sealed. */
  reasons: z.array(
    z.object({
      feature: z.string(),
      reason_code: z.string(),
      direction: z.enum(['increases_risk', 'decreases_risk']),
    }),
  ),
})

/** What became of a row that has none; its problems are sealed, as they may hold values. */
const rejectedSchema = z.object({
  status: z.literal('rejected'),
  code: z.string(),
  /** Columns of the blueprint that were wrong. */
  fields: z.array(z.string()),
})

/**
 * One prediction as it is kept for ever: what was known when it was made, in the clear what monitoring needs, and in
 * `sealed` everything personal. What comes later (a review, a notice, an outcome) is another entry, never a change of this
 * one. Null is what nobody said.
 */
export const predictionRecordSchema = z.object({
  format_version: z.literal(predictionFormatVersion),
  kind: z.literal('prediction'),
  id: predictionIdSchema,
  recorded_at: z.iso.datetime(),
  /** The moment that date rules and novelty counted from. */
  now: z.iso.datetime(),
  caller: z.object({
    actor: z.string(),
    /** How the actor is known, such as `operating_system`, which its owner can pretend. */
    source: z.string(),
  }),
  purpose: z.string().nullable(),
  legal_basis: z.string().nullable(),
  /** Random name of whom the row is about; the key of the sealed part is theirs. */
  subject: pseudonym,
  /** Keyed hash of the row's id under the key of the subject; null where it has none. */
  claim: pseudonym.nullable(),
  /** 0-based row of the file, or place in the batch. */
  row: z.int().nonnegative(),
  /** Absent where the caller gave no key. */
  idempotency: z
    .object({
      /** Keyed hash of the caller's key. */
      key: hash,
      /** Which of the rows that came under the key. */
      item: z.int().nonnegative(),
      /** Keyed hash of the model and the input, by which a repetition is told from another request. */
      request: hash,
    })
    .optional(),
  model: z.object({
    name: z.string(),
    /** Null where the bundle is no registered version. */
    version: z.string().nullable(),
    /** What the caller asked for, such as `fraud@champion`. */
    requested: z.string(),
    kind: z.string(),
    manifest_sha256: hash,
    /** SHA-256 of the canonical JSON of the manifest's `input_schema` and `features`. */
    feature_schema_sha256: hash,
    policy_sha256: hash,
    threshold: z.number(),
  }),
  arm: z.enum(['champion', 'challenger', 'shadow', 'none']),
  product: z.object({
    version: z.string(),
    libraries: z.array(z.object({ name: z.string(), version: z.string() })),
  }),
  outcome: z.discriminatedUnion('status', [scoredSchema, rejectedSchema]),
  /** What was found in the row; `field` is null where it is no column of the blueprint. Texts are sealed. */
  warnings: z.array(z.object({ field: z.string().nullable(), code: z.string() })),
  /** Warnings beyond those that are listed. */
  warnings_left_out: z.int().nonnegative(),
  /** How many reasons were asked for. */
  reasons_asked: z.int().nonnegative(),
  /** How long the rows that were scored together took. */
  latency: z.object({ milliseconds: z.number().nonnegative(), rows: z.int().positive() }),
  retention: z.object({ class: z.string().nullable(), delete_after: z.iso.date().nullable() }),
  /** AES-256-GCM under the key of the subject: nonce, ciphertext and tag as base64. */
  sealed: z.base64(),
})
/** One prediction as it is kept. */
export type PredictionRecord = z.infer<typeof predictionRecordSchema>
