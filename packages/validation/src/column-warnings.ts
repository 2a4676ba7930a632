import type { Column } from '@claims/contracts'
import { quantileOfSorted, type FrameColumn } from '@claims/frame'
import type { ColumnCounts } from './column-check.ts'
import { flagColumn, type Run } from './run.ts'

const quartileRows = 20_000
const fewestRowsForOutliers = 20

/** Warns of a feature column that is all missing or constant, and of outliers in a numeric one. */
export function warnOfColumn(
  column: Column,
  values: FrameColumn,
  state: { run: Run; counts: ColumnCounts },
): void {
  const { run, counts } = state
  const warn = (
    rule: string,
    problem: string,
    rest: { value: number | null; allowed: string; values: number },
  ): void => {
    const { values: found, ...shown } = rest
    flagColumn(run, { field: column.name, rule, problem, severity: 'warning', ...shown }, found)
  }
  if (run.rows > 0 && counts.missing === run.rows) {
    warn('all_missing', 'has no value in any row', {
      value: null,
      allowed: 'at least one value',
      values: run.rows,
    })
    return
  }
  if (counts.constant && run.rows - counts.missing > 1) {
    warn('constant', 'holds the same value in every row that has one', {
      value: null,
      allowed: 'two values or more',
      values: run.rows - counts.missing,
    })
  }
  if (values.kind !== 'number' || run.rows < fewestRowsForOutliers) return
  const fences = outlierFences(values.values)
  if (fences === null) return
  let outside = 0
  const cells = values.values
  const { lower, upper } = fences
  for (let row = 0; row < cells.length; row++) if (cells[row]! < lower || cells[row]! > upper) outside++
  if (outside === 0) return
  const range = `${shortNumber(lower)} to ${shortNumber(upper)}`
  warn('outliers', `has ${String(outside)} values outside 1.5 interquartile ranges of the quartiles`, {
    value: outside,
    allowed: range,
    values: outside,
  })
}

/**
 * Tukey's fences: the quartiles (linear interpolation) minus and plus 1.5 times their distance.
 *
 * @param values length n, NaN = missing; the quartiles are those of at most 20,000 evenly spaced cells
 * @returns null when fewer than 20 values are there or the quartiles are equal
 */
function outlierFences(values: Float64Array): { lower: number; upper: number } | null {
  const step = Math.max(1, Math.ceil(values.length / quartileRows))
  const sample = new Float64Array(Math.ceil(values.length / step))
  let n = 0
  for (let i = 0; i < values.length; i += step) {
    const value = values[i]!
    if (Number.isFinite(value)) sample[n++] = value
  }
  if (n < fewestRowsForOutliers) return null
  const sorted = sample.subarray(0, n).sort()
  const q1 = quantileOfSorted(sorted, 0.25)
  const q3 = quantileOfSorted(sorted, 0.75)
  return q3 > q1 ? { lower: q1 - 1.5 * (q3 - q1), upper: q3 + 1.5 * (q3 - q1) } : null
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}
