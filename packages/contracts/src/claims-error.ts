import { errorCodes, type ErrorCode, type ErrorCodeEntry } from './error-codes.ts'

/** One thing that is wrong at one place. */
export interface FieldProblem {
  /** Column, parameter or path that the problem is at. */
  readonly field: string
  /** What is wrong. */
  readonly problem: string
  /** What would be accepted. */
  readonly allowed?: string
  /** What was received; never set for a sensitive column. */
  readonly received?: string | number | boolean | null
}

/** What an error carries beside its message. */
export interface ClaimsErrorOptions {
  readonly problems?: readonly FieldProblem[]
  readonly cause?: unknown
}

/**
 * The one error that packages throw for input, data and environment; a programmer's mistake is a `TypeError`.
 *
 * @example
 * throw new ClaimsError('missing_column', 'claims.csv has no column "claim_amount"', {
 *   problems: [{ field: 'claim_amount', problem: 'is absent', allowed: 'a number above 0' }],
 * })
 */
export class ClaimsError extends Error {
  override readonly name = 'ClaimsError'
  readonly code: ErrorCode
  readonly problems: readonly FieldProblem[]

  constructor(code: ErrorCode, message: string, options: ClaimsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.problems = options.problems ?? []
  }

  /** HTTP status, retryability and exit code of this error's code. */
  get entry(): ErrorCodeEntry {
    return errorCodes[this.code]
  }
}

/**
 * Turns anything that was thrown into a `ClaimsError`; what is not one already becomes `internal`.
 *
 * @param thrown the caught value
 * @returns the same error, or an `internal` one with the value as its cause
 */
export function toClaimsError(thrown: unknown): ClaimsError {
  if (thrown instanceof ClaimsError) return thrown
  if (textOf(thrown, 'name') === 'AbortError') {
    return new ClaimsError('aborted', 'The work was aborted', { cause: thrown })
  }
  return new ClaimsError('internal', textOf(thrown, 'message') ?? String(thrown), { cause: thrown })
}

// Errors of another realm (a worker's, a test runner's) are no instances of this realm's Error.
function textOf(thrown: unknown, property: 'name' | 'message'): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !(property in thrown)) return undefined
  const value: unknown = Reflect.get(thrown, property)
  return typeof value === 'string' ? value : undefined
}
