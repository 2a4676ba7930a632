import { ClaimsError } from '@claims/contracts'
import type { Constraint } from '../history/details/policy-details.ts'
import { constraintMetrics, isWithin } from './constraint.ts'
import { rangeOfMetric } from './range-of-metric.ts'

const pattern =
  /^(?<metric>[a-z0-9_]+) on (?:(?<place>test|out_of_time)|group (?<column>[^=]+)=(?<level>.*?)) *(?<operator>>=|<=|>|<) *(?<limit>-?\d+(?:\.\d+)?(?:e-?\d+)?)$/

/**
 * Reads a constraint such as `recall on test >= 0.85` or `recall on group region=north >= 0.8`.
 *
 * @throws ClaimsError `invalid_parameter` where it is none, names a metric that is not known, or always or never holds
 */
export function parseConstraint(text: string): Constraint {
  const groups = pattern.exec(text.trim())?.groups
  if (groups === undefined)
    throw invalid(text, 'METRIC on test|out_of_time|group COLUMN=LEVEL >=|>|<=|< NUMBER')
  const { metric = '', place, column = '', level = '', operator, limit } = groups
  const on = place === undefined ? { column: column.trim(), level } : (place as 'test' | 'out_of_time')
  const constraint = { metric, on, operator: operator as Constraint['operator'], limit: Number(limit) }
  requireConstraint(constraint)
  return constraint
}

/**
 * Refuses a constraint that says nothing, so that a slip neither refuses for ever nor lets everything pass.
 *
 * @throws ClaimsError `invalid_parameter` where no constraint may name the metric, or every value that the metric can have is
 *   within the limit, or none
 */
export function requireConstraint(constraint: Pick<Constraint, 'metric' | 'operator' | 'limit'>): void {
  const { metric, operator, limit } = constraint
  if (!constraintMetrics.includes(metric)) throw invalid(metric, constraintMetrics.join(', '), 'metric')
  const received = `${metric} ${operator} ${String(limit)}`
  if (!Number.isFinite(limit)) throw invalid(received, 'a finite number', 'limit')
  const range = rangeOfMetric(metric)
  if (range === null) return
  const { least, most } = range
  const leastHolds = isWithin(least, constraint)
  const mostHolds = isWithin(most, constraint)
  if (leastHolds !== mostHolds) return
  const which =
    most === Infinity ? `at least ${String(least)}` : `between ${String(least)} and ${String(most)}`
  throw invalid(
    received,
    `${metric} is ${which}; a limit that some of these values meet and others do not`,
    'limit',
  )
}

function invalid(received: string, allowed: string, field = 'constraint'): ClaimsError {
  return new ClaimsError(
    'invalid_parameter',
    `The ${field} "${received}" is not valid; allowed: ${allowed}`,
    {
      problems: [{ field, problem: 'is not valid', allowed, received }],
    },
  )
}
