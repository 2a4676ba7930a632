import { ClaimsError } from '@claims/contracts'
import type { Contributions } from '@claims/models'
import { attributeRow, compileAttribution, type AttributionInput } from './attribution.ts'

/**
 * Contributions by raw column. Those of a column's features are added up within a row first, so that opposite ones
 * cancel as they do in a score.
 *
 * @param contributions of features
 * @param input the features' raw columns
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
