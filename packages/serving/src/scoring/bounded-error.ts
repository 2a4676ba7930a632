import { ClaimsError, type FieldProblem } from '@claims/contracts'
import { shortened } from './shortened.ts'

/** Problems that one error lists. */
const listedProblems = 50

/**
 * An error as an answer may hold it: at most 50 problems and a count of the others, no text of more than 200
 * characters, nothing that was received for a sensitive column.
 *
 * @param error anything that refuses a claim
 * @param sensitive names of columns whose values are never repeated
 */
export function boundedError(error: ClaimsError, sensitive: ReadonlySet<string>): ClaimsError {
  const problems = error.problems.slice(0, listedProblems).map((problem) => bounded(problem, sensitive))
  const more = error.problems.length - problems.length
  if (more > 0) problems.push({ field: '', problem: `and ${String(more)} more problems` })
  return new ClaimsError(error.code, shortened(error.message), { problems, cause: error.cause })
}

function bounded(problem: FieldProblem, sensitive: ReadonlySet<string>): FieldProblem {
  const { received } = problem
  const shown = received !== undefined && !sensitive.has(problem.field)
  return {
    field: shortened(problem.field),
    problem: shortened(problem.problem),
    ...(problem.allowed === undefined ? {} : { allowed: shortened(problem.allowed) }),
    ...(shown ? { received: typeof received === 'string' ? shortened(received) : received } : {}),
  }
}
