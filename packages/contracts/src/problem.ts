import { z } from 'zod'
import type { ClaimsError } from './claims-error.ts'

/** RFC 9457 problem details, with the product's code, request id and field errors. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  request_id: z.string(),
  errors: z.array(
    z.object({
      field: z.string(),
      problem: z.string(),
      allowed: z.string().optional(),
      received: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    }),
  ),
})

/** A problem document as it goes over the wire. */
export type Problem = z.infer<typeof problemSchema>

/**
 * The problem document of an error. An `internal` error keeps its message to itself.
 *
 * @param error the error
 * @param requestId id of the request that failed
 * @returns the document for `application/problem+json`
 */
export function toProblem(error: ClaimsError, requestId: string): Problem {
  const { status, title } = error.entry
  const detail =
    error.code === 'internal'
      ? 'Something failed on our side; the request id finds it in the log.'
      : error.message
  return {
    type: `urn:claims:error:${error.code}`,
    title,
    status,
    detail,
    code: error.code,
    request_id: requestId,
    errors: error.problems.map((problem) => ({ ...problem })),
  }
}
