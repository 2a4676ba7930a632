import { missingBoolean, type FrameColumn } from '@claims/frame'

/** A column as small whole numbers: levels of a category, quantile bins of a number; bin 0 holds missing cells. */
export interface ColumnBins {
  /** Length of the rows asked for, in 0 ... bins - 1. */
  readonly bins: Int32Array
  readonly count: number
  /** Name of a bin, for evidence. */
  readonly nameOf: (bin: number) => string
}

/**
 * Bins of a column at the given rows. Numbers fall into at most `quantiles` bins of equal size; the edges look at
 * values only, never at labels.
 *
 * @param column the column
 * @param rows 0-based
 * @param quantiles most bins of a number
 */
export function binColumn(column: FrameColumn, rows: Uint32Array, quantiles: number): ColumnBins {
  const n = rows.length
  const bins = new Int32Array(n)
  switch (column.kind) {
    case 'category': {
      for (let i = 0; i < n; i++) bins[i] = column.codes[rows[i]!]! + 1
      const { levels } = column
      return { bins, count: levels.length + 1, nameOf: (bin) => levels[bin - 1] ?? '(missing)' }
    }
    case 'boolean': {
      const { values } = column
      for (let i = 0; i < n; i++) bins[i] = values[rows[i]!] === missingBoolean ? 0 : values[rows[i]!]! + 1
      return { bins, count: 3, nameOf: (bin) => ['(missing)', 'false', 'true'][bin] ?? '' }
    }
    case 'text': {
      const index = new Map<string, number>()
      const names: string[] = ['(missing)']
      for (let i = 0; i < n; i++) {
        const value = column.values[rows[i]!]
        if (value == null) continue
        let bin = index.get(value)
        if (bin === undefined) {
          bin = names.push(value) - 1
          index.set(value, bin)
        }
        bins[i] = bin
      }
      return { bins, count: names.length, nameOf: (bin) => names[bin] ?? '' }
    }
    case 'number':
    case 'timestamp':
      return binNumbers(column.values, rows, quantiles)
  }
}

function binNumbers(values: Float64Array, rows: Uint32Array, quantiles: number): ColumnBins {
  const n = rows.length
  const sorted = new Float64Array(n)
  let present = 0
  for (let i = 0; i < n; i++) {
    const value = values[rows[i]!]!
    if (value === value) sorted[present++] = value
  }
  sorted.subarray(0, present).sort()
  const edges: number[] = []
  for (let q = 1; q < quantiles; q++) {
    const edge = sorted[Math.floor((q * present) / quantiles)]
    if (edge !== undefined && present > 0 && edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge)
  }
  const bins = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const value = values[rows[i]!]!
    if (value !== value) continue
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (edges[middle]! <= value) low = middle + 1
      else high = middle
    }
    bins[i] = low + 1
  }
  const nameOf = (bin: number): string =>
    bin === 0 ? '(missing)' : `from ${String(edges[bin - 2] ?? sorted[0])}`
  return { bins, count: edges.length + 2, nameOf }
}
