import { z } from 'zod'
import { rowWarningSchema } from './data-warning.ts'
import { problemSchema } from './problem.ts'

/** One cause of a score: a raw column, its value and its summed contribution on the log-odds scale. */
export const riskFactorSchema = z.object({
  feature: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  contribution: z.number(),
  direction: z.enum(['increases_risk', 'decreases_risk']),
  reason_code: z.string(),
  reason: z.string(),
})
/** One cause of a score. */
export type RiskFactor = z.infer<typeof riskFactorSchema>

/** Risk band of a calibrated probability. */
export const riskBandSchema = z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])
/** Risk band of a calibrated probability. */
export type RiskBand = z.infer<typeof riskBandSchema>

/** The one prediction shape of the product. */
export const predictionSchema = z.object({
  /** Null where the claim has none. */
  claim_id: z.string().nullable(),
  risk_level: z.enum(['low', 'high']),
  risk_band: riskBandSchema,
  decision: z.string(),
  high_risk_probability: z.number().min(0).max(1),
  low_risk_probability: z.number().min(0).max(1),
  risk_score: z.number().min(0).max(1),
  confidence: z.number().min(0.5).max(1),
  risk_factors: z.array(riskFactorSchema),
  /** What was found in the claim and did not stop its score. */
  warnings: z.array(rowWarningSchema),
  model_name: z.string(),
  model_version: z.string(),
  processing_time_ms: z.number().nonnegative(),
  timestamp: z.iso.datetime(),
  request_id: z.string(),
})
/** The one prediction shape of the product. */
export type Prediction = z.infer<typeof predictionSchema>

/** Answer to a batch: one prediction or error per claim, in order. */
export const batchPredictionSchema = z.object({
  results: z.array(
    z.union([predictionSchema, z.object({ claim_id: z.string().nullable(), error: problemSchema })]),
  ),
  summary: z.object({
    claims: z.int(),
    scored: z.int(),
    rejected: z.int(),
    high_risk: z.int(),
    processing_time_ms: z.number(),
  }),
  /** What was found beside the claims; absent where nothing was. */
  warnings: z.array(rowWarningSchema).optional(),
})
/** Answer to a batch. */
export type BatchPrediction = z.infer<typeof batchPredictionSchema>
