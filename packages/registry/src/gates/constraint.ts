import { metricNames, type SelectionConstraints } from '@claims/contracts'
import type { EvidencePlace } from '../history/details/evidence-details.ts'
import type { Constraint, ConstraintOperator } from '../history/details/policy-details.ts'

/** Metrics that evaluations of this product hold, whatever rows they are about. */
const measured: readonly string[] = [...metricNames, 'false_positive_rate', 'selection_rate', 'positive_rate']

/** Metrics that a constraint may name although no evaluation of this product holds them. */
const unmeasured: readonly string[] = ['fairness_gap', 'out_of_time_deviation', 'p99_latency_ms']

/** Metrics that a constraint may name. */
export const constraintMetrics: readonly string[] = [...measured, ...unmeasured]

/** Whether no evaluation of this product holds a metric. */
export function isUnmeasured(metric: string): boolean {
  return unmeasured.includes(metric)
}

/** The constraints of a blueprint as rows on the test. */
export function blueprintConstraints(constraints: SelectionConstraints): readonly Constraint[] {
  const rows: readonly [number | undefined, string, ConstraintOperator][] = [
    [constraints.min_recall, 'recall', '>='],
    [constraints.min_accuracy, 'accuracy', '>='],
    [constraints.max_false_positive_rate, 'false_positive_rate', '<='],
    [constraints.min_roc_auc, 'roc_auc', '>='],
  ]
  return rows.flatMap(([limit, metric, operator]) =>
    limit === undefined ? [] : [{ metric, on: 'test', operator, limit }],
  )
}

/** Whether a value is within a limit; points are compared, as training does, not bounds. */
export function isWithin(
  value: number,
  { operator, limit }: Pick<Constraint, 'operator' | 'limit'>,
): boolean {
  switch (operator) {
    case '>=':
      return value >= limit
    case '>':
      return value > limit
    case '<=':
      return value <= limit
    case '<':
      return value < limit
  }
}

/** Whether a constraint wants high values. */
export function wantsHigh({ operator }: Pick<Constraint, 'operator'>): boolean {
  return operator === '>=' || operator === '>'
}

/** Whether two constraints are about the same metric on the same rows in the same direction. */
export function isSameSubject(one: Constraint, other: Constraint): boolean {
  return (
    one.metric === other.metric &&
    placeText(one.on) === placeText(other.on) &&
    wantsHigh(one) === wantsHigh(other)
  )
}

/** Rows for a reader: `test`, `out_of_time`, `group region=north`. */
export function placeText(on: EvidencePlace): string {
  return typeof on === 'string' ? on : `group ${on.column}=${on.level}`
}

/** A constraint for a reader: `recall on test >= 0.85`, which `parseConstraint` reads. */
export function constraintText({ metric, on, operator, limit }: Constraint): string {
  return `${metric} on ${placeText(on)} ${operator} ${String(limit)}`
}
