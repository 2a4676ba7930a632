import type { z } from 'zod'
import type { FieldProblem } from './claims-error.ts'

/**
 * The issues of a failed zod parse as field problems.
 *
 * @param error the error of a `safeParse`
 * @returns one problem per issue, in order
 */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => {
    const allowed = allowedBy(issue)
    return {
      field: issue.path.length === 0 ? '(whole)' : issue.path.map(String).join('.'),
      problem: issue.message,
      ...(allowed === undefined ? {} : { allowed }),
    }
  })
}

function allowedBy(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected
    case 'invalid_value':
      return issue.values.map(String).join(', ')
    case 'too_small':
      return `${issue.inclusive === false ? 'above' : 'at least'} ${String(issue.minimum)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'below' : 'at most'} ${String(issue.maximum)}`
    case 'not_multiple_of':
      return `multiples of ${String(issue.divisor)}`
    case 'invalid_format':
      return issue.pattern ?? issue.format
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return undefined
  }
}
