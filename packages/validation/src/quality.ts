import type { Blueprint, ValidationReport } from '@claims/contracts'

/** What the quality of a batch is computed from. */
export interface QualityCounts {
  readonly rows: number
  readonly rejectedRows: number
  /** Cells of the judged columns: all, without a value, with a value that breaks a rule. */
  readonly cells: number
  readonly missingCells: number
  readonly invalidCells: number
  /** Pairs of a row and a business rule: judged, broken. */
  readonly judgedPairs: number
  readonly brokenPairs: number
  /** Share of rows without a value, by feature column. */
  readonly nullShares: readonly { readonly field: string; readonly share: number }[]
  /** Share of rows that repeat the key of an earlier row, by declared key. */
  readonly duplicateShares: readonly { readonly key: string; readonly share: number }[]
}

/** The quality part of a report. */
export type Quality = Pick<ValidationReport, 'quality_score' | 'dimensions' | 'gate'>

/**
 * Quality of a batch, 0 (nothing usable) to 1 (nothing found), and whether it passes the blueprint's gate.
 *
 * - completeness: 1 - cells without a value / cells, over feature columns and required columns that are present
 * - validity: 1 - cells that break `type`, `finite`, `range`, `integer`, `allowed` or `pattern` / cells with a value,
 *   over the same columns
 * - consistency: 1 - broken / judged pairs of a row and a business rule; 1 when no pair was judged
 * - uniqueness: 1 - the largest share of rows that repeat a declared key; 1 when no key is declared
 * - score: the mean of the four
 *
 * The gate fails on a score below `minimum_score`, a feature column with more than `maximum_null_share` missing, a
 * declared key with more than `maximum_duplicate_share` repeats, and when no row is left that could be used.
 */
export function assessQuality(counts: QualityCounts, limits: Blueprint['quality']): Quality {
  const filled = counts.cells - counts.missingCells
  const dimensions = {
    completeness: share(filled, counts.cells),
    validity: share(filled - counts.invalidCells, filled),
    consistency: share(counts.judgedPairs - counts.brokenPairs, counts.judgedPairs),
    uniqueness: 1 - counts.duplicateShares.reduce((worst, { share }) => Math.max(worst, share), 0),
  }
  const score =
    (dimensions.completeness + dimensions.validity + dimensions.consistency + dimensions.uniqueness) / 4
  const failures: string[] = []
  if (counts.rows === 0) failures.push('there are no rows')
  else if (counts.rejectedRows === counts.rows) {
    failures.push(`all ${String(counts.rows)} rows are rejected`)
  }
  if (score < limits.minimum_score) {
    failures.push(
      `quality score ${score.toFixed(3)} is below ${String(limits.minimum_score)} (quality.minimum_score)`,
    )
  }
  for (const { field, share } of counts.nullShares) {
    if (share > limits.maximum_null_share) {
      failures.push(
        `column ${field} is ${percent(share)} missing, at most ${percent(limits.maximum_null_share)} (quality.maximum_null_share)`,
      )
    }
  }
  for (const { key, share } of counts.duplicateShares) {
    if (share > limits.maximum_duplicate_share) {
      failures.push(
        `key ${key} repeats in ${percent(share)} of rows, at most ${percent(limits.maximum_duplicate_share)} (quality.maximum_duplicate_share)`,
      )
    }
  }
  return { quality_score: score, dimensions, gate: { passed: failures.length === 0, failures } }
}

function share(good: number, all: number): number {
  return all === 0 ? 1 : Math.max(0, good / all)
}

function percent(share: number): string {
  return `${String(Number((share * 100).toPrecision(3)))} %`
}
