import { toProblem, type ClaimsError } from '@claims/contracts'

/** An error as one protocol writes it. Its status is that of the error's code. */
export interface FormattedError {
  /** Media type. */
  readonly type: string
  readonly body: string
}

/** Writes an error as a protocol does. @param facts `requestId`, which finds it in the log */
export type ErrorFormat = (error: ClaimsError, facts: { readonly requestId: string }) => FormattedError

/** The product's own form: a problem document (RFC 9457). */
export const problemFormat: ErrorFormat = (error, { requestId }) => ({
  type: 'application/problem+json',
  body: JSON.stringify(toProblem(error, requestId)),
})
