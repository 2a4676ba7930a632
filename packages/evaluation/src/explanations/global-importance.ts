import { ClaimsError, type Evaluation } from '@claims/contracts'
import type { Contributions } from '@claims/models'
import { attributeRow, compileAttribution, type AttributionInput } from './attribution.ts'

/** How much each raw column moves scores, largest first. */
export type GlobalImportance = Evaluation['explanations']['global']

/**
 * Mean absolute contribution of every raw column over rows and its share of the sum. Contributions are added up by raw
 * column within a row first, so that opposite features of one column cancel as they do in a score.
 *
 * @param contributions on the log-odds scale
 * @param input features, their raw columns, the blueprint
 * @returns descending, ties by name; shares sum to 1, or are all 0 when nothing contributes
 * @throws ClaimsError `length_mismatch`, `invalid_parameter`
 */
export function globalImportance(contributions: Contributions, input: AttributionInput): GlobalImportance {
  const sums = columnContributions(contributions, input)
  const rows = Math.max(1, contributions.rows)
  const means = [...sums].map(([feature, values]) => ({
    feature,
    mean: values.reduce((sum, value) => sum + Math.abs(value), 0) / rows,
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

/**
 * Contributions by raw column.
 *
 * @returns a value per row for every raw column that is not sensitive
 * @throws ClaimsError `length_mismatch`, `invalid_parameter`
 */
export function columnContributions(
  { values, rows, features }: Contributions,
  input: AttributionInput,
): Map<string, Float64Array> {
  if (input.featureNames.length !== features) {
    throw new ClaimsError(
      'length_mismatch',
      `There are ${String(input.featureNames.length)} feature names and contributions of ${String(features)} features`,
    )
  }
  const attribution = compileAttribution(input)
  const byColumn = attribution.columns.map(() => new Float64Array(rows))
  const sums = new Float64Array(attribution.columns.length)
  for (let i = 0; i < rows; i++) {
    attributeRow(attribution, { values, offset: i * (features + 1) }, sums)
    for (let c = 0; c < sums.length; c++) byColumn[c]![i] = sums[c]!
  }
  return new Map(attribution.columns.map((name, c) => [name, byColumn[c]!]))
}
