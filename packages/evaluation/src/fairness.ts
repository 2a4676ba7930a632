import { ClaimsError, type Evaluation } from '@claims/contracts'
import { cellAt, columnLength, type FrameColumn, quantileOfSorted } from '@claims/frame'
import { recall, specificity } from './metrics/confusion-metrics.ts'

/** How one group of one column fares. */
export type FairnessRow = Evaluation['fairness'][number]

/** Scored, labelled rows and the columns to look at; none of them needs to be a model input. */
export interface FairnessInput {
  /** Column name to values, each of length n. Numbers are cut at their quartiles. */
  readonly groups: Readonly<Record<string, FrameColumn>> | ReadonlyMap<string, FrameColumn>
  readonly target: Uint8Array
  readonly probability: Float64Array
  readonly threshold: number
  /** Smaller groups are left out: their rates would be noise and could point at persons. */
  readonly minimumRows: number
}

/**
 * Rates per group at the threshold: share of positives, share flagged, recall (null without positives) and false
 * positive rate (null without negatives). Missing cells form the group `(missing)`.
 *
 * @returns by column in the given order, groups by falling rows, ties by name
 * @throws ClaimsError `length_mismatch`
 * @example
 * fairness({ groups: { customer_gender: column }, target, probability, threshold: 0.31, minimumRows: 50 })
 */
export function fairness({
  groups,
  target,
  probability,
  threshold,
  minimumRows,
}: FairnessInput): FairnessRow[] {
  const entries = groups instanceof Map ? [...groups.entries()] : Object.entries(groups)
  return (entries as [string, FrameColumn][]).flatMap(([name, column]) => {
    if (columnLength(column) !== target.length || probability.length !== target.length) {
      throw new ClaimsError(
        'length_mismatch',
        `Column "${name}" has ${String(columnLength(column))} rows, there are ${String(target.length)} labels and ${String(probability.length)} scores`,
      )
    }
    const groupOf = grouping(column)
    const counts = new Map<string, { tn: number; fp: number; fn: number; tp: number }>()
    for (let i = 0; i < target.length; i++) {
      const group = groupOf(i)
      let c = counts.get(group)
      if (c === undefined) counts.set(group, (c = { tn: 0, fp: 0, fn: 0, tp: 0 }))
      const flagged = probability[i]! >= threshold
      if (target[i] === 1) c[flagged ? 'tp' : 'fn']++
      else c[flagged ? 'fp' : 'tn']++
    }
    return [...counts]
      .map(([group, c]) => {
        const rows = c.tn + c.fp + c.fn + c.tp
        return {
          column: name,
          group,
          rows,
          positive_rate: (c.tp + c.fn) / rows,
          selection_rate: (c.tp + c.fp) / rows,
          recall: c.tp + c.fn === 0 ? null : recall(c),
          false_positive_rate: c.tn + c.fp === 0 ? null : 1 - specificity(c),
        }
      })
      .filter(({ rows }) => rows >= minimumRows)
      .sort((a, b) => b.rows - a.rows || (a.group < b.group ? -1 : 1))
  })
}

function grouping(column: FrameColumn): (row: number) => string {
  if (column.kind !== 'number' && column.kind !== 'timestamp') {
    return (row) => {
      const cell = cellAt(column, row)
      return cell === null ? '(missing)' : String(cell)
    }
  }
  const present = column.values.filter((value) => !Number.isNaN(value)).sort()
  if (present.length === 0) return () => '(missing)'
  const edges = [...new Set([0.25, 0.5, 0.75].map((share) => quantileOfSorted(present, share)))]
  const text = (value: number): string =>
    column.kind === 'timestamp'
      ? new Date(value).toISOString().slice(0, 10)
      : String(Number(value.toPrecision(6)))
  const names = [...edges, Infinity].map((edge, i) =>
    i === 0
      ? `up to ${text(edge)}`
      : edge === Infinity
        ? `above ${text(edges[i - 1]!)}`
        : `above ${text(edges[i - 1]!)} up to ${text(edge)}`,
  )
  return (row) => {
    const value = column.values[row]!
    if (Number.isNaN(value)) return '(missing)'
    const at = edges.findIndex((edge) => value <= edge)
    return names[at < 0 ? names.length - 1 : at]!
  }
}
