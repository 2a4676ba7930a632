import { isIPv4 } from 'node:net'
import { ClaimsError } from '@claims/contracts'

/**
 * Refuses to listen without authentication anywhere but on this machine's loopback in development.
 *
 * @param environment where the api runs
 * @param host address to listen on
 * @throws ClaimsError `invalid_configuration`
 */
export function requireSafeListening(environment: string, host: string): void {
  if (environment !== 'development') {
    throw new ClaimsError(
      'invalid_configuration',
      `The environment ${environment} needs authentication, and none is configured`,
      {
        problems: [
          {
            field: 'CLAIMS_ENVIRONMENT',
            problem: 'needs authentication, and none is configured',
            allowed: 'development, on a loopback address',
            received: environment,
          },
        ],
      },
    )
  }
  if (isLoopback(host)) return
  throw new ClaimsError(
    'invalid_configuration',
    `${host} is reachable from outside, and no authentication is configured`,
    {
      problems: [
        {
          field: 'HOST',
          problem: 'is reachable from outside, and no authentication is configured',
          allowed: '127.0.0.1, ::1 or localhost',
          received: host,
        },
      ],
    },
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
