import type { Evaluation, SelectionConstraints, TestEvaluation } from '@claims/contracts'

/** A constraint, its limit, what was reached and whether that is enough. */
export type ConstraintResult = Evaluation['selection']['constraints'][number]

/**
 * Holds the metrics of a set against the blueprint's selection constraints. Point values are compared, not bounds.
 *
 * @param evaluation metrics of the test set
 * @param constraints those left out are not checked
 * @returns one entry per constraint; a model is promotable when all are met
 * @example
 * checkConstraints(evaluation.test, { min_recall: 0.85 }) // [{ name: 'min_recall', limit: 0.85, value: 0.9, met: true }]
 */
export function checkConstraints(
  { metrics }: Pick<TestEvaluation, 'metrics'>,
  constraints: SelectionConstraints,
): ConstraintResult[] {
  const values: Record<keyof SelectionConstraints, number> = {
    min_recall: metrics.recall.value,
    min_accuracy: metrics.accuracy.value,
    max_false_positive_rate: 1 - metrics.specificity.value,
    min_roc_auc: metrics.roc_auc.value,
  }
  const names = Object.keys(values) as (keyof SelectionConstraints)[]
  return names.flatMap((name) => {
    const limit = constraints[name]
    if (limit === undefined) return []
    const value = values[name]
    return [{ name, limit, value, met: name.startsWith('max_') ? value <= limit : value >= limit }]
  })
}
