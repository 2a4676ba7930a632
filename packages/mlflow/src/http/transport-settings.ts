import { MlflowError } from '../errors.ts'
import type { Auth } from './auth.ts'
import type { LogListener } from './log-event.ts'
import { parseTrackingUri } from './tracking-address.ts'

/** How a transport sends. */
export interface TransportOptions {
  readonly trackingUri: string
  /** Credentials; those in the address otherwise. */
  readonly auth?: Auth | undefined
  /** Sent with every call to the tracking server. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time for each try, milliseconds. Default 30,000. */
  readonly timeoutMilliseconds?: number | undefined
  /** Tries after the first one. Default 4. */
  readonly retries?: number | undefined
  /** Calls at a time. Default 16. */
  readonly concurrency?: number | undefined
  /** The longest JSON answer, bytes. Default 64 MiB. */
  readonly maxResponseBytes?: number | undefined
  /** Accept any certificate. Default false. */
  readonly insecureTls?: boolean | undefined
  readonly log?: LogListener | undefined
}

/** Options that are valid, with the defaults. */
export interface TransportSettings {
  /** The tracking server, without credentials and without a trailing slash. */
  readonly base: string
  readonly auth: Auth | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMilliseconds: number
  readonly retries: number
  readonly concurrency: number
  readonly maxResponseBytes: number
  readonly insecureTls: boolean
  readonly log: LogListener
}

/**
 * Requires valid options.
 *
 * @param options as they are given
 * @returns them with the defaults
 * @throws MlflowError `invalid_argument` for an address or an option that is not valid
 */
export function transportSettings(options: TransportOptions): TransportSettings {
  const { base, auth } = parseTrackingUri(options.trackingUri)
  return {
    base,
    auth: options.auth ?? auth,
    headers: options.headers ?? {},
    timeoutMilliseconds: wholeNumber('timeoutMilliseconds', options.timeoutMilliseconds ?? 30_000, 1),
    retries: wholeNumber('retries', options.retries ?? 4, 0),
    concurrency: wholeNumber('concurrency', options.concurrency ?? 16, 1),
    maxResponseBytes: wholeNumber('maxResponseBytes', options.maxResponseBytes ?? 64 * 2 ** 20, 1),
    insecureTls: options.insecureTls === true,
    log: options.log ?? (() => undefined),
  }
}

function wholeNumber(field: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new MlflowError(
      'invalid_argument',
      `${field} must be a whole number of at least ${least}; got ${value}`,
      { field },
    )
  return value
}
