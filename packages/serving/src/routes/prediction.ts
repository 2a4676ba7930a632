import { ClaimsError, type Prediction } from '@claims/contracts'
import type { ScoredRow } from '@claims/pipeline'
import type { ServedModel } from '../model-holder.ts'

/** What a prediction says beside the score. */
export interface PredictionFacts {
  readonly processingTimeMs: number
  readonly timestamp: string
  readonly requestId: string
}

/** The product's prediction shape of a scored claim. */
export function toPrediction(
  row: Extract<ScoredRow, { ok: true }>,
  model: ServedModel,
  facts: PredictionFacts,
): Prediction {
  const { probability } = row
  return {
    claim_id: row.claimId,
    risk_level: row.riskLevel,
    risk_band: row.riskBand,
    decision: row.decision,
    high_risk_probability: probability,
    low_risk_probability: 1 - probability,
    risk_score: probability,
    confidence: Math.max(probability, 1 - probability),
    risk_factors: row.factors as Prediction['risk_factors'],
    warnings: [...row.warnings],
    model_name: model.name,
    model_version: model.version,
    processing_time_ms: facts.processingTimeMs,
    timestamp: facts.timestamp,
    request_id: facts.requestId,
  }
}

/** The error without what was received for a sensitive column. */
export function withoutSensitive(error: ClaimsError, sensitiveColumns: ReadonlySet<string>): ClaimsError {
  if (!error.problems.some((p) => p.received !== undefined && sensitiveColumns.has(p.field))) return error
  const problems = error.problems.map(({ received, ...problem }) =>
    received === undefined || sensitiveColumns.has(problem.field) ? problem : { ...problem, received },
  )
  return new ClaimsError(error.code, error.message, { problems })
}

/** Milliseconds since a moment of `performance.now()`, to the microsecond. */
export function millisecondsSince(start: number): number {
  return Math.round((performance.now() - start) * 1000) / 1000
}
