import type { Column, Finding } from '@claims/contracts'
import type { Matrix } from '@claims/frame'

/** How features come from columns. */
export interface FeatureOrigin {
  readonly columns: readonly Column[]
  readonly sourcesOf: (feature: string) => readonly string[]
}

/**
 * Rows of a matrix that hold an infinite cell, each with one finding per feature: a product, sum or ratio of numbers can
 * be larger than a 32-bit float.
 *
 * @param matrix of features
 * @returns findings by 0-based row of the matrix; `row` in a finding is that row
 */
export function infiniteRows(matrix: Matrix, origin: FeatureOrigin): ReadonlyMap<number, Finding[]> {
  const byRow = new Map<number, Finding[]>()
  const { values, columns } = matrix
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    if (value !== Infinity && value !== -Infinity) continue
    const row = Math.floor(at / columns)
    const finding = infiniteFinding(row, matrix.names[at % columns]!, origin)
    const known = byRow.get(row)
    if (known === undefined) byRow.set(row, [finding])
    else known.push(finding)
  }
  return byRow
}

function infiniteFinding(row: number, feature: string, origin: FeatureOrigin): Finding {
  const sensitive = new Set(origin.columns.filter(({ role }) => role === 'sensitive').map(({ name }) => name))
  const sources = origin.sourcesOf(feature).filter((name) => !sensitive.has(name))
  const made = sources.length > 1 || sources[0] !== feature ? ` (made of ${sources.join(', ')})` : ''
  return {
    row,
    field: sources[0] ?? feature,
    value: null,
    rule: 'finite',
    problem: `makes the feature ${feature}${made} larger than a feature can be`,
    allowed: 'values whose features are of a magnitude of at most 3.4028234663852886e38',
    severity: 'error',
  }
}
