import type { FrameColumn } from '@claims/frame'

/** How many different values a column holds. */
export interface DistinctValues {
  /** Cells with a value. */
  readonly present: number
  /** Different values / cells with a value; 0 for truth values and for numbers that are not all whole. */
  readonly share: number
  /** Chance expectation of equal pairs, had the whole numbers been drawn evenly from their range. */
  readonly expectedEqualPairs: number
  /** Median count of words of a text or category; 1 for numbers. */
  readonly words: number
}

/** Counts the different values of a column. @param rows which rows, 0-based; all when absent */
export function distinctValues(column: FrameColumn, rows?: Uint32Array): DistinctValues {
  switch (column.kind) {
    case 'number':
    case 'timestamp':
      return ofNumbers(column.values, rows)
    case 'boolean':
      return { present: column.values.length, share: 0, expectedEqualPairs: 0, words: 1 }
    case 'category': {
      const seen = new Uint8Array(column.levels.length)
      let present = 0
      let distinct = 0
      eachRow(column.codes.length, rows, (row) => {
        const code = column.codes[row]!
        if (code < 0) return
        present++
        if (seen[code] === 0) {
          seen[code] = 1
          distinct++
        }
      })
      return ofText(present, distinct, column.levels)
    }
    case 'text': {
      const seen = new Set<string>()
      let present = 0
      eachRow(column.values.length, rows, (row) => {
        const value = column.values[row]
        if (value == null) return
        present++
        seen.add(value)
      })
      return ofText(present, seen.size, [...seen])
    }
  }
}

function ofNumbers(values: Float64Array, rows: Uint32Array | undefined): DistinctValues {
  const n = rows?.length ?? values.length
  const sorted = new Float64Array(n)
  let present = 0
  let integers = true
  for (let i = 0; i < n; i++) {
    const value = values[rows === undefined ? i : rows[i]!]!
    if (value !== value) continue
    if (Math.floor(value) !== value) integers = false
    sorted[present++] = value
  }
  if (!integers || present === 0) return { present, share: 0, expectedEqualPairs: 0, words: 1 }
  const order = sorted.subarray(0, present).sort()
  let distinct = 1
  for (let i = 1; i < present; i++) if (order[i] !== order[i - 1]) distinct++
  const range = order[present - 1]! - order[0]! + 1
  return {
    present,
    share: distinct / present,
    expectedEqualPairs: (present * (present - 1)) / (2 * range),
    words: 1,
  }
}

function ofText(present: number, distinct: number, values: readonly string[]): DistinctValues {
  const counts = values.slice(0, 101).map((value) => value.trim().split(/\s+/).length)
  counts.sort((a, b) => a - b)
  return {
    present,
    share: present === 0 ? 0 : distinct / present,
    expectedEqualPairs: 0,
    words: counts[counts.length >> 1] ?? 1,
  }
}

function eachRow(n: number, rows: Uint32Array | undefined, visit: (row: number) => void): void {
  if (rows === undefined) for (let row = 0; row < n; row++) visit(row)
  else for (let i = 0; i < rows.length; i++) visit(rows[i]!)
}
