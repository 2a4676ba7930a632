import type { Prediction, RowWarning } from '@claims/contracts'
import type { ScoredRow } from '@claims/scoring'
import { shortened } from './shortened.ts'

/** Warnings that one prediction lists; the names of unknown fields are capped before. */
const listedWarnings = 50

/** What a prediction says beside the score. */
export interface PredictionFacts {
  readonly model: { readonly name: string; readonly version: string }
  readonly warnings: readonly RowWarning[]
  readonly processingTimeMs: number
  readonly timestamp: string
  readonly requestId: string
}

/** The product's prediction shape of a scored claim; it repeats at most 200 characters of a value. */
export function toPrediction(row: Extract<ScoredRow, { ok: true }>, facts: PredictionFacts): Prediction {
  const { probability } = row
  return {
    claim_id: row.claimId === null ? null : shortened(row.claimId),
    risk_level: row.riskLevel,
    risk_band: row.riskBand,
    decision: row.decision,
    high_risk_probability: probability,
    low_risk_probability: 1 - probability,
    risk_score: probability,
    confidence: Math.max(probability, 1 - probability),
    risk_factors: row.factors.map((factor) => ({
      ...factor,
      value: typeof factor.value === 'string' ? shortened(factor.value) : factor.value,
      reason: shortened(factor.reason),
    })),
    warnings: listed(facts.warnings),
    model_name: facts.model.name,
    model_version: facts.model.version,
    processing_time_ms: facts.processingTimeMs,
    timestamp: facts.timestamp,
    request_id: facts.requestId,
  }
}

/** At most 50 warnings with at most 200 characters of a value. */
export function listed(warnings: readonly RowWarning[]): RowWarning[] {
  const shown = warnings.slice(0, listedWarnings).map(({ field, code, problem }) => ({
    field: shortened(field),
    code,
    problem: shortened(problem),
  }))
  const more = warnings.length - shown.length
  if (more > 0) shown.push({ field: '', code: 'more', problem: `and ${String(more)} more warnings` })
  return shown
}
