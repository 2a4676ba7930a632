import { ClaimsError } from '@claims/contracts'
import express, { type Request, type RequestHandler } from 'express'

/**
 * Middleware of routes that take JSON: refuses another content type before the body is read, then parses it.
 *
 * @param limitBytes largest body, after decompression
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [requireJson, express.json({ limit: limitBytes, strict: false, type: () => true }), requireBody]
}

const requireJson: RequestHandler = (request, _response, next) => {
  const type = request.headers['content-type']
  if (type === undefined ? !hasBody(request) : /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    next()
    return
  }
  throw new ClaimsError('unsupported_format', 'The body must be JSON', {
    problems: [
      {
        field: 'content-type',
        problem: type === undefined ? 'is absent' : 'is not JSON',
        allowed: 'application/json',
      },
    ],
  })
}

const requireBody: RequestHandler = (request, _response, next) => {
  if (hasBody(request) && request.body !== undefined) {
    next()
    return
  }
  throw new ClaimsError('invalid_json', 'The body is empty', {
    problems: [{ field: 'body', problem: 'is empty', allowed: 'a JSON document' }],
  })
}

function hasBody(request: Request): boolean {
  const length = request.headers['content-length']
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
