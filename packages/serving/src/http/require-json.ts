import type { IncomingMessage } from 'node:http'
import { ClaimsError } from '@claims/contracts'
import { emptyBody } from '../body/parse-body.ts'

const jsonType = /^application\/([\w.-]+\+)?json\s*(;|$)/i
const charset = /;\s*charset\s*=\s*"?([^\s";]+)"?/i

/**
 * Refuses a request that has no body or whose content type is not JSON in UTF-8, before the body is read.
 *
 * @throws ClaimsError `invalid_json` where there is no body; `unsupported_media_type`
 */
export function requireJson({ headers }: IncomingMessage): void {
  const type = headers['content-type']
  const length = headers['content-length']
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  if (type === undefined && !hasBody) throw emptyBody()
  if (type === undefined || !jsonType.test(type)) {
    throw unsupported('The body must be JSON', {
      problem: type === undefined ? 'is absent' : 'is not JSON',
      allowed: 'application/json',
    })
  }
  const named = charset.exec(type)?.[1]?.toLowerCase()
  if (named !== undefined && named !== 'utf-8' && named !== 'utf8' && named !== 'us-ascii') {
    throw unsupported('The body must be in UTF-8', {
      problem: 'names a character set that is not supported',
      allowed: 'UTF-8',
    })
  }
  if (!hasBody) throw emptyBody()
}

function unsupported(
  message: string,
  { problem, allowed }: { problem: string; allowed: string },
): ClaimsError {
  return new ClaimsError('unsupported_media_type', message, {
    problems: [{ field: 'content-type', problem, allowed }],
  })
}
