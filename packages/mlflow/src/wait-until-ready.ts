import { setTimeout as sleep } from 'node:timers/promises'
import type { ResponseOf } from './endpoints/bind.ts'
import type { modelVersionEndpoints } from './endpoints/model-version-endpoints.ts'
import { MlflowError } from './errors.ts'
import { connectionFailure } from './http/failures.ts'
import type { CallOptions } from './http/transport.ts'

type ModelVersion = ResponseOf<typeof modelVersionEndpoints.get>

const endpoint = 'modelVersions.waitUntilReady'

/**
 * Asks for a version until the server has taken it in.
 *
 * @param ask asks for the version of a name
 * @param version name and number
 * @param options until when, and the signal
 * @throws MlflowError `timed_out` after `timeoutMilliseconds` (default 300,000); `server_error` when it failed
 */
export async function waitUntilReady(
  ask: (version: { name: string; version: string }, options: CallOptions) => Promise<ModelVersion>,
  { name, version }: { readonly name: string; readonly version: string },
  { timeoutMilliseconds = 300_000, ...options }: CallOptions = {},
): Promise<ModelVersion> {
  const until = Date.now() + timeoutMilliseconds
  for (let pause = 50; ; pause = Math.min(2 * pause, 3000)) {
    const found = await ask({ name, version }, options)
    if (found.status === 'READY') return found
    if (found.status === 'FAILED_REGISTRATION')
      throw new MlflowError(
        'server_error',
        `${endpoint}: ${name} ${version} failed: ${found.statusMessage ?? ''}`,
        { endpoint },
      )
    if (Date.now() > until)
      throw new MlflowError('timed_out', `${endpoint}: ${name} ${version} is ${found.status}`, {
        endpoint,
        retryable: true,
      })
    await sleep(pause, undefined, options).catch((cause: unknown) => {
      throw connectionFailure(cause, endpoint, options.signal)
    })
  }
}
