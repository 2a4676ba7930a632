import type { z } from 'zod'
import type { FieldProblem } from './claims-error.ts'

/**
 * The issues of a failed zod parse as field problems.
 *
 * @param error the error of a `safeParse`
 * @returns one problem per issue, in order
 */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({
    field: issue.path.length === 0 ? '(whole)' : issue.path.map(String).join('.'),
    problem: issue.message,
  }))
}
