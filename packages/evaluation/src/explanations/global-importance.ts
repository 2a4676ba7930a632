import type { Evaluation } from '@claims/contracts'

/** How much each raw column moves scores, largest first. */
export type GlobalImportance = Evaluation['explanations']['global']

/** What each raw column adds to scores: a value per row. */
export type ColumnContributions = ReadonlyMap<string, Float64Array>

/**
 * Mean absolute contribution of every raw column over rows and its share of the sum.
 *
 * @param contributions by raw column, all of the same rows
 * @returns descending, ties by name; shares sum to 1, or are all 0 when nothing contributes
 */
export function globalImportance(contributions: ColumnContributions): GlobalImportance {
  const means = [...contributions].map(([feature, values]) => ({
    feature,
    mean: values.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, values.length),
  }))
  const total = means.reduce((sum, { mean }) => sum + mean, 0)
  return means
    .sort((a, b) => b.mean - a.mean || (a.feature < b.feature ? -1 : 1))
    .map(({ feature, mean }) => ({
      feature,
      mean_absolute_contribution: mean,
      share: total === 0 ? 0 : mean / total,
    }))
}
