import { ClaimsError } from '@claims/contracts'
import type { Request, Router } from 'express'
import type { ApiResponse } from './request-context.ts'
import { sendNothing } from './send.ts'

/** Answers one request; what it throws is answered in the form of its protocol. */
type Handler = (request: Request, response: ApiResponse) => void | Promise<void>

/** What a path answers. */
export interface Methods {
  readonly get?: Handler
  readonly post?: Handler
}

/**
 * Mounts a path: `HEAD` goes with `GET`, `OPTIONS` says what is allowed, another method is refused as 405.
 *
 * @param router where
 * @param path pattern, also the label of its metrics
 * @param methods handlers
 */
export function mount(router: Router, path: string, methods: Methods): void {
  const allowed = [
    ...(methods.get === undefined ? [] : ['GET', 'HEAD']),
    ...(methods.post === undefined ? [] : ['POST']),
    'OPTIONS',
  ].join(', ')
  router.all(path, (_request, response: ApiResponse, next) => {
    response.locals.route = `${response.locals.basePath ?? ''}${path}`
    next()
  })
  const { get, post } = methods
  if (get !== undefined) router.get(path, (request, response: ApiResponse) => get(request, response))
  if (post !== undefined) router.post(path, (request, response: ApiResponse) => post(request, response))
  router.all(path, (request, response: ApiResponse) => {
    response.setHeader('allow', allowed)
    if (request.method === 'OPTIONS') {
      sendNothing(response)
      return
    }
    throw new ClaimsError(
      'method_not_allowed',
      `${request.method} is not allowed here; allowed: ${allowed}`,
      {
        problems: [{ field: 'method', problem: 'is not allowed', allowed, received: request.method }],
      },
    )
  })
}
