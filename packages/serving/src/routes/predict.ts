import { ClaimsError, toProblem } from '@claims/contracts'
import type { Clock } from '@claims/registry'
import { Router } from 'express'
import { jsonBody } from '../http/json-body.ts'
import { mount } from '../http/mount.ts'
import { sendJson } from '../http/send.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ModelHolder } from '../model-holder.ts'
import { millisecondsSince, toPrediction, withoutSensitive } from './prediction.ts'

/** What limits a request. */
export interface ApiLimits {
  /** Largest body in bytes, after decompression. */
  readonly bodyBytes: number
  /** Most claims in a batch. */
  readonly batchClaims: number
  /** Reasons per claim. */
  readonly reasons: number
}

/** `POST /api/v1/predict` and `POST /api/v1/predict/batch`. */
export function predictRoutes(options: {
  holder: ModelHolder
  metrics: ApiMetrics
  clock: Clock
  limits: ApiLimits
}): Router {
  const { holder, metrics, clock, limits } = options
  const router = Router()
  const body = jsonBody(limits.bodyBytes)
  const scoring = { reasons: limits.reasons }

  mount(router, '/api/v1/predict', {
    post: {
      body,
      handler: (request, response) => {
        const model = holder.require()
        const claim: unknown = request.body
        if (!isObject(claim)) {
          metrics.rejected()
          throw new ClaimsError('invalid_claim', 'The body must be one claim as a JSON object', {
            problems: [
              { field: 'body', problem: 'is no JSON object', allowed: 'one claim as a JSON object' },
            ],
          })
        }
        const [row] = model.scorer.scoreRecords([claim], scoring)
        if (row === undefined) throw new ClaimsError('internal', 'The scorer gave no result')
        if (!row.ok) {
          metrics.rejected()
          throw withoutSensitive(row.error, model.sensitiveColumns)
        }
        metrics.predicted(row.riskLevel, row.probability)
        const { requestId, startedAt } = response.locals
        sendJson(
          response,
          200,
          toPrediction(row, model, {
            processingTimeMs: millisecondsSince(startedAt),
            timestamp: clock.now().toISOString(),
            requestId,
          }),
        )
      },
    },
  })

  mount(router, '/api/v1/predict/batch', {
    post: {
      body,
      handler: (request, response) => {
        const model = holder.require()
        const claims = claimsOf(request.body)
        requireBatchSize(claims.length, limits.batchClaims)
        const { requestId, startedAt } = response.locals
        const rows = claims.length === 0 ? [] : model.scorer.scoreRecords(claims, scoring)
        const facts = {
          processingTimeMs: millisecondsSince(startedAt),
          timestamp: clock.now().toISOString(),
          requestId,
        }
        let scored = 0
        let highRisk = 0
        const results = rows.map((row) => {
          if (!row.ok) {
            metrics.rejected()
            const error = toProblem(withoutSensitive(row.error, model.sensitiveColumns), requestId)
            return { claim_id: row.claimId, error }
          }
          metrics.predicted(row.riskLevel, row.probability)
          scored += 1
          if (row.riskLevel === 'high') highRisk += 1
          return toPrediction(row, model, facts)
        })
        sendJson(response, 200, {
          results,
          summary: {
            claims: claims.length,
            scored,
            rejected: claims.length - scored,
            high_risk: highRisk,
            processing_time_ms: millisecondsSince(startedAt),
          },
        })
      },
    },
  })
  return router
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function claimsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  if (isObject(body) && Array.isArray(body['claims'])) return body['claims']
  throw new ClaimsError('invalid_usage', 'The body must be {"claims": [...]} or an array of claims', {
    problems: [
      {
        field: isObject(body) ? 'claims' : 'body',
        problem: isObject(body) && !('claims' in body) ? 'is absent' : 'is no array',
        allowed: 'an array of claims',
      },
    ],
  })
}

function requireBatchSize(received: number, limit: number): void {
  if (received <= limit) return
  throw new ClaimsError(
    'batch_too_large',
    `The batch holds ${String(received)} claims; allowed: ${String(limit)}`,
    {
      problems: [
        { field: 'claims', problem: 'holds too many claims', allowed: `at most ${String(limit)}`, received },
      ],
    },
  )
}
