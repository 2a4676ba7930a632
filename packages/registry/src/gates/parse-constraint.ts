import { ClaimsError } from '@claims/contracts'
import type { Constraint } from '../history/details/policy-details.ts'
import { constraintMetrics } from './constraint.ts'

const pattern =
  /^(?<metric>[a-z0-9_]+) on (?:(?<place>test|out_of_time)|group (?<column>[^=]+)=(?<level>.*?)) *(?<operator>>=|<=|>|<) *(?<limit>-?\d+(?:\.\d+)?(?:e-?\d+)?)$/

/**
 * Reads a constraint such as `recall on test >= 0.85` or `recall on group region=north >= 0.8`.
 *
 * @throws ClaimsError `invalid_parameter` where it is none, or names a metric that is not known
 */
export function parseConstraint(text: string): Constraint {
  const groups = pattern.exec(text.trim())?.groups
  if (groups === undefined)
    throw invalid(text, 'METRIC on test|out_of_time|group COLUMN=LEVEL >=|>|<=|< NUMBER')
  const { metric = '', place, column = '', level = '', operator, limit } = groups
  requireMetric(metric)
  const on = place === undefined ? { column: column.trim(), level } : (place as 'test' | 'out_of_time')
  return { metric, on, operator: operator as Constraint['operator'], limit: Number(limit) }
}

/** @throws ClaimsError `invalid_parameter` where no constraint may name the metric, so that a slip does not refuse for ever */
export function requireMetric(metric: string): void {
  if (!constraintMetrics.includes(metric)) throw invalid(metric, constraintMetrics.join(', '), 'metric')
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
