import { ClaimsError, toProblem, type RowWarning } from '@claims/contracts'
import { claimsOf, requireClaim, type BodyClaims } from './claims-of.ts'
import type { ScoredClaim } from './score-claims.ts'
import type { Tally } from './tally.ts'
import { listed, toPrediction } from './to-prediction.ts'

/** What an answer says beside the scores. Everything in it can be sent to another thread. */
export interface AnswerFacts {
  readonly requestId: string
  /** When the request arrived, in milliseconds since the epoch with fractions. */
  readonly startedAt: number
  /** ISO 8601, as the answer says it; date rules and novelty count from this moment. */
  readonly timestamp: string
  readonly model: { readonly name: string; readonly version: string }
}

/** How a body holds claims, and how its answer is written, on whichever thread that is done. */
export interface BodyFormat {
  /** @throws ClaimsError where the value is not of this format */
  claimsOf(value: unknown): BodyClaims
  /** One result as JSON. @throws ClaimsError where the whole request is refused for it */
  write(claim: ScoredClaim, facts: AnswerFacts): string
  /** The whole answer as JSON. */
  finish(written: readonly string[], facts: AnswerFacts, found: BodyFindings): string
}

/** What is said of a body as a whole. */
interface BodyFindings {
  readonly tally: Tally
  readonly warnings: readonly RowWarning[]
}

/** Names of the formats. */
export type BodyFormatName = 'claim' | 'batch'

/** The formats of the product's own routes. */
export const bodyFormats: Readonly<Record<BodyFormatName, BodyFormat>> = Object.freeze({
  claim: {
    claimsOf: (value) => ({ claims: [requireClaim(value)], unknown: [] }),
    write: (claim, facts) => {
      if (!claim.ok) throw claim.error
      return predictionJson(claim, facts)
    },
    finish: ([written]) => {
      if (written === undefined) throw new ClaimsError('internal', 'The scorer gave no result')
      return written
    },
  },
  batch: {
    claimsOf,
    write: (claim, facts) =>
      claim.ok
        ? predictionJson(claim, facts)
        : JSON.stringify({ claim_id: claim.claimId, error: toProblem(claim.error, facts.requestId) }),
    finish: (written, { startedAt }, { tally, warnings }) => {
      const summary = {
        claims: written.length,
        scored: tally.scores.length,
        rejected: written.length - tally.scores.length,
        high_risk: tally.scores.filter(({ level }) => level === 'high').length,
        processing_time_ms: millisecondsSince(startedAt),
      }
      const said = warnings.length === 0 ? {} : { warnings: listed(warnings) }
      return `{"results":[${written.join(',')}],${JSON.stringify({ summary, ...said }).slice(1)}`
    },
  },
})

function predictionJson(claim: Extract<ScoredClaim, { ok: true }>, facts: AnswerFacts): string {
  const { model, timestamp, requestId } = facts
  const processingTimeMs = millisecondsSince(facts.startedAt)
  return JSON.stringify(
    toPrediction(claim, { model, warnings: claim.warnings, processingTimeMs, timestamp, requestId }),
  )
}

function millisecondsSince(startedAt: number): number {
  return Math.max(0, Math.round((performance.timeOrigin + performance.now() - startedAt) * 1000) / 1000)
}
