import { ClaimsError } from '@claims/contracts'
import { Router } from 'express'
import { mount } from '../http/mount.ts'
import { sendJson } from '../http/send.ts'
import type { ModelHolder } from '../model-holder.ts'
import { problemOf } from '../problem-of.ts'
import type { SourceStatus } from '../source-status.ts'

/** `GET /health/live`, `/health/ready` and `/health`. */
export function healthRoutes(options: {
  holder: ModelHolder
  shutdown: AbortSignal
  environment: string
  source?: (() => SourceStatus) | undefined
}): Router {
  const { holder, shutdown, environment } = options
  const router = Router()
  mount(router, '/health/live', {
    get: (_request, response) => {
      sendJson(response, 200, { status: 'up' })
    },
  })
  mount(router, '/health/ready', {
    get: (_request, response) => {
      if (shutdown.aborted) throw new ClaimsError('shutting_down', 'The server is shutting down')
      const { name, version } = holder.require()
      sendJson(response, 200, { status: 'ready', model_name: name, model_version: version })
    },
  })
  mount(router, '/health', {
    get: (_request, response) => {
      const { current, failure, thread } = holder
      const source = options.source?.()
      const state = shutdown.aborted
        ? 'shutting_down'
        : current === null
          ? 'down'
          : failure === null && source?.status !== 'down'
            ? 'up'
            : 'degraded'
      sendJson(response, state === 'up' || state === 'degraded' ? 200 : 503, {
        status: state,
        environment,
        dependencies: {
          process: { status: 'up', uptime_seconds: Math.round(process.uptime()) },
          model: {
            status: current === null ? 'down' : 'up',
            ...(current === null
              ? {}
              : { name: current.name, version: current.version, since: current.since.toISOString() }),
            ...(failure === null ? {} : { last_failure: failure.code, last_problem: problemOf(failure) }),
          },
          ...(source === undefined ? {} : { source }),
          ...(thread === undefined
            ? {}
            : { scoring_thread: { status: thread.alive ? 'up' : 'idle', restarts: thread.deaths } }),
        },
      })
    },
  })
  return router
}
