import { Router, type Request } from 'express'
import type { BodyReader } from '../body/body-reader.ts'
import { mount } from '../http/mount.ts'
import type { ApiResponse } from '../http/request-context.ts'
import { sendText } from '../http/send.ts'
import type { BodyFormatName } from '../scoring/body-formats.ts'
import type { ScoringService } from '../scoring/scoring-service.ts'

/** What the routes need. */
export interface PredictOptions {
  readonly scoring: ScoringService
  readonly bodies: BodyReader
}

/** `POST /api/v1/predict` and `POST /api/v1/predict/batch`. */
export function predictRoutes({ scoring, bodies }: PredictOptions): Router {
  const router = Router()
  const answer =
    (format: BodyFormatName) =>
    async (request: Request, response: ApiResponse): Promise<void> => {
      const { locals } = response
      scoring.requireModel()
      const held = await bodies.read(request, response)
      try {
        const { json, rejected } = await scoring.scoreBody(held.body, {
          ...{ format, requestId: locals.requestId },
          startedAt: performance.timeOrigin + locals.startedAt,
          onModel: ({ fields }) => {
            locals.knownFields = fields.known
          },
        })
        if (Object.keys(rejected).length > 0) locals.rejected = rejected
        sendText(response, 200, { type: 'application/json', body: json })
      } finally {
        held.release()
      }
    }
  mount(router, '/api/v1/predict', { post: answer('claim') })
  mount(router, '/api/v1/predict/batch', { post: answer('batch') })
  return router
}
