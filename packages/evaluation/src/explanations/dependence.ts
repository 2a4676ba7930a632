import { ClaimsError } from '@claims/contracts'
import { cellAt, columnLength, type FrameColumn, quantileOfSorted } from '@claims/frame'

/** Contributions of a group of rows: mean, and the 10 % and 90 % quantiles. */
export interface DependenceGroup {
  readonly rows: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** A word of a text column and what it contributes to the rows that hold it. */
export interface WordEffect extends DependenceGroup {
  readonly word: string
}

/** How a raw column's contribution depends on its value. */
export type Dependence =
  | {
      /** `time` holds epoch milliseconds. */
      readonly kind: 'number' | 'time'
      readonly feature: string
      /** By rising value; `middle` is the bin's median. */
      readonly bins: readonly (DependenceGroup & {
        readonly lower: number
        readonly upper: number
        readonly middle: number
      })[]
      readonly missing: DependenceGroup | null
    }
  | {
      readonly kind: 'category'
      readonly feature: string
      /** Those that move scores most first; the others together as `(other)`, missing cells as `(missing)`. */
      readonly levels: readonly (DependenceGroup & { readonly level: string })[]
    }
  | {
      /** A text column by its words, made by `wordDependence`. */
      readonly kind: 'words'
      readonly feature: string
      /** Those that move scores most first. */
      readonly words: readonly WordEffect[]
    }

/** A raw column and what it contributed. */
export interface DependenceInput {
  readonly feature: string
  /** Raw values, length n. */
  readonly column: FrameColumn
  /** Summed by raw column as by `columnContributions`, length n. */
  readonly contributions: Float64Array
  /** At most so many bins of equal rows (numbers), 20 where absent. */
  readonly bins?: number
  /** At most so many levels with their own group (categories), 8 where absent. */
  readonly levels?: number
}

/**
 * Dependence of a contribution on its raw column: means over bins of equal rows for numbers and times, over levels for
 * categories and truth values; for free text over filled and missing cells. Equal values are never split over bins.
 *
 * @throws ClaimsError `length_mismatch`
 * @example
 * dependence({ feature: 'claim_amount', column: frame.column('claim_amount'), contributions })
 */
export function dependence({
  feature,
  column,
  contributions,
  bins = 20,
  levels = 8,
}: DependenceInput): Dependence {
  if (columnLength(column) !== contributions.length) {
    throw new ClaimsError(
      'length_mismatch',
      `Column "${feature}" has ${String(columnLength(column))} rows and ${String(contributions.length)} contributions`,
    )
  }
  if (column.kind === 'number' || column.kind === 'timestamp') {
    return {
      kind: column.kind === 'number' ? 'number' : 'time',
      feature,
      ...binned(column.values, contributions, bins),
    }
  }
  const byLevel = new Map<string, number[]>()
  for (let i = 0; i < contributions.length; i++) {
    const cell = column.kind === 'text' && column.values[i] != null ? '(filled)' : cellAt(column, i)
    const level =
      cell === null ? '(missing)' : typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell)
    const known = byLevel.get(level)
    if (known === undefined) byLevel.set(level, [contributions[i]!])
    else known.push(contributions[i]!)
  }
  const moved = ([, values]: [string, number[]]): number =>
    Math.abs(values.reduce((sum, value) => sum + value, 0))
  const ordered = [...byLevel].sort((a, b) => moved(b) - moved(a) || (a[0] < b[0] ? -1 : 1))
  const own = ordered.length <= levels ? ordered : ordered.slice(0, levels - 1)
  const rest = ordered.slice(own.length).flatMap(([, values]) => values)
  return {
    kind: 'category',
    feature,
    levels: [...own, ...(rest.length === 0 ? [] : [['(other)', rest] as const])].map(([level, values]) => ({
      level,
      ...groupOf(values),
    })),
  }
}

function binned(
  values: Float64Array,
  contributions: Float64Array,
  bins: number,
): Pick<Extract<Dependence, { kind: 'number' | 'time' }>, 'bins' | 'missing'> {
  const missing: number[] = []
  const present: number[] = []
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) missing.push(contributions[i]!)
    else present.push(i)
  }
  present.sort((a, b) => values[a]! - values[b]!)
  const found: {
    lower: number
    upper: number
    middle: number
    rows: number
    mean: number
    low: number
    high: number
  }[] = []
  let start = 0
  for (let b = 1; b <= bins && start < present.length; b++) {
    let end = Math.max(start, Math.round((present.length * b) / bins))
    if (end === start) continue
    while (end < present.length && values[present[end]!] === values[present[end - 1]!]) end++
    const rows = present.slice(start, end)
    found.push({
      lower: values[rows[0]!]!,
      upper: values[rows.at(-1)!]!,
      middle: values[rows[rows.length >> 1]!]!,
      ...groupOf(rows.map((row) => contributions[row]!)),
    })
    start = end
  }
  return { bins: found, missing: missing.length === 0 ? null : groupOf(missing) }
}

/** Mean and the 10 % and 90 % quantiles of contributions; at least one. */
export function groupOf(values: readonly number[]): DependenceGroup {
  const sorted = Float64Array.from(values).sort()
  return {
    rows: values.length,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    low: quantileOfSorted(sorted, 0.1),
    high: quantileOfSorted(sorted, 0.9),
  }
}
