import { type Clock } from '@claims/contracts'
import { setImmediate } from 'node:timers/promises'
import { Router, type Request } from 'express'
import { readBody, type BodyBudget, type BodyLimits } from '../body/read-body.ts'
import { mount } from '../http/mount.ts'
import type { ApiResponse } from '../http/request-context.ts'
import { requireJson } from '../http/require-json.ts'
import { sendText } from '../http/send.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ModelHolder, ModelLease } from '../model-holder.ts'
import type { UnknownFields } from '../scoring/check-fields.ts'
import { scoreBody, type ScoringRequest } from '../scoring/score-body.ts'

/** What limits a request. */
export interface ApiLimits extends BodyLimits {
  /** Most claims in a batch. */
  readonly batchClaims: number
  /** Reasons per claim. */
  readonly reasons: number
  /** Bytes of a body from which on another thread parses and scores it, where there is one. */
  readonly threadBytes: number
}

/** What the routes need. */
export interface PredictOptions {
  readonly holder: ModelHolder
  readonly metrics: ApiMetrics
  readonly clock: Clock
  readonly limits: ApiLimits
  readonly unknownFields: UnknownFields
}

/** `POST /api/v1/predict` and `POST /api/v1/predict/batch`. */
export function predictRoutes(options: PredictOptions): Router {
  const router = Router()
  const budget: BodyBudget = { held: 0 }
  const answer =
    (kind: ScoringRequest['kind']) =>
    async (request: Request, response: ApiResponse): Promise<void> => {
      await predict(kind, { request, response }, { ...options, budget })
    }
  mount(router, '/api/v1/predict', { post: answer('claim') })
  mount(router, '/api/v1/predict/batch', { post: answer('batch') })
  return router
}

async function predict(
  kind: ScoringRequest['kind'],
  { request, response }: { request: Request; response: ApiResponse },
  options: PredictOptions & { readonly budget: BodyBudget },
): Promise<void> {
  const { holder, metrics, clock, limits, unknownFields, budget } = options
  const { requestId, startedAt } = response.locals
  holder.require()
  requireJson(request)
  const body = await readBody(request, {
    ...{ limits, budget },
    // A caller who waits for it before sending is asked for the body only now.
    onWanted: () => {
      if (request.headers.expect !== undefined) response.writeContinue()
    },
  })
  const { length } = body.bytes
  let lease: ModelLease | undefined
  try {
    lease = holder.lease()
    const { model } = lease
    response.locals.knownFields = model.fields.known
    const asked: ScoringRequest = {
      ...{ kind, requestId, unknownFields, reasons: limits.reasons, batchClaims: limits.batchClaims },
      startedAt: performance.timeOrigin + startedAt,
      timestamp: clock.now().toISOString(),
    }
    const thread = length >= limits.threadBytes ? holder.thread : undefined
    const answer =
      thread === undefined
        ? await scoreBody(body, asked, { model, pause: setImmediate })
        : await thread.score(model.key, { body, request: asked })
    metrics.scored(answer.tally)
    if (!answer.ok) throw answer.error
    if (kind === 'batch' && Object.keys(answer.tally.rejected).length > 0)
      response.locals.rejected = answer.tally.rejected
    sendText(response, 200, { type: 'application/json', body: answer.json })
  } finally {
    lease?.release()
    budget.held -= length
  }
}
