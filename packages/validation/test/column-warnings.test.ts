import { describe, expect, test } from '@jest/globals'
import type { ColumnType, Finding } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { blueprintOf, validate } from './check-frame.ts'

/** What training warns of about one feature column. */
function warningsOf(type: ColumnType, column: FrameColumn): Finding[] {
  const role = type === 'timestamp' ? 'date' : type === 'number' ? 'numeric' : 'categorical'
  const frame = Frame.fromColumns({ x: column })
  const labelled = frame.withColumn(
    'fraud',
    booleanColumn(Array.from({ length: frame.rows }, (_, row) => row % 2 === 0)),
  )
  const made = blueprintOf([{ name: 'x', role, type }])
  return validate(made, labelled, { purpose: 'training' }).findings.filter(({ field }) => field === 'x')
}

function numbersOf(values: ArrayLike<number>): Finding[] {
  return warningsOf('number', numberColumn(Float64Array.from(values)))
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('a constant column', () => {
  const kinds: readonly (readonly [ColumnType, (cells: readonly (0 | 1 | null)[]) => FrameColumn])[] = [
    ['number', (cells) => numberColumn(cells.map((cell) => cell ?? NaN))],
    ['timestamp', (cells) => timestampColumn(cells.map((cell) => cell ?? NaN))],
    ['category', (cells) => categoryColumn(cells.map((cell) => (cell === null ? null : String(cell))))],
    ['text', (cells) => textColumn(cells.map((cell) => (cell === null ? null : String(cell))))],
    ['boolean', (cells) => booleanColumn(cells.map((cell) => (cell === null ? null : cell === 1)))],
  ]

  test.each(kinds)('of kind %s holds one value in two rows or more', (type, columnOf) => {
    const rules = (...cells: (0 | 1 | null)[]): string[] =>
      warningsOf(type, columnOf(cells)).map(({ rule }) => rule)
    expect(rules(1, 1)).toEqual(['constant'])
    expect(rules(0, 0, 0)).toEqual(['constant'])
    expect(rules(null, 1, null, 1)).toEqual(['constant'])
    expect(rules(1, 0)).toEqual([])
    expect(rules(0, 1)).toEqual([])
    expect(rules(1, 1, 0)).toEqual([])
    expect(rules(null, 0, null, 1)).toEqual([])
    expect(rules(1)).toEqual([])
    expect(rules(1, null)).toEqual([])
    expect(rules(null, null)).toEqual(['all_missing'])
    expect(rules(null)).toEqual(['all_missing'])
    expect(rules()).toEqual([])
  })

  test('counts the rows that have the value', () => {
    const frame = Frame.fromColumns({
      x: numberColumn([5, NaN, 5, 5]),
      fraud: booleanColumn([true, false, true, false]),
    })
    const { report } = validate(blueprintOf([{ name: 'x', role: 'numeric', type: 'number' }]), frame, {
      purpose: 'training',
    })
    expect(report.counts).toEqual([{ rule: 'constant', field: 'x', severity: 'warning', count: 3 }])
  })
})

describe('outliers', () => {
  test('are looked for from 20 values on', () => {
    // Quartiles of 0 ... 18 and 1000: 4.75 and 14.25, 1.5 times 9.5 beyond.
    expect(numbersOf([...upTo(19), 1000])).toMatchObject([
      { rule: 'outliers', value: 1, allowed: '-9.5 to 28.5' },
    ])
    expect(numbersOf([...upTo(18), 1000])).toEqual([])
    expect(numbersOf([...upTo(18), 1000, NaN])).toEqual([])
    expect(numbersOf([...upTo(19), 1000, NaN])).toHaveLength(1)
  })

  test('lie beyond the fences on either side, not on them', () => {
    // Quartiles of 0 ... 20 with one value moved far out: 5 and 15, fences -10 and 30.
    const ends = (low: number, high: number): unknown[] =>
      numbersOf([low, ...upTo(20).slice(1), high]).map(({ value, allowed }) => [value, allowed])
    expect(ends(-10, 30)).toEqual([])
    expect(ends(-10.001, 30)).toEqual([[1, '-10 to 30']])
    expect(ends(-10, 30.001)).toEqual([[1, '-10 to 30']])
    expect(ends(-11, 31)).toEqual([[2, '-10 to 30']])
  })

  test('need quartiles that differ', () => {
    expect(numbersOf([...new Array<number>(30).fill(7), 8, 9, 10])).toEqual([])
  })

  test('infinite values do not move the fences', () => {
    const found = numbersOf([...upTo(21), Infinity, -Infinity])
    expect(found.find(({ rule }) => rule === 'outliers')).toMatchObject({ value: 2, allowed: '-10 to 30' })
  })

  test('the quartiles of more than 20,000 rows are those of evenly spaced ones', () => {
    const column = (rows: number): number[] =>
      Array.from({ length: rows }, (_, row) => (row === 0 ? 1e6 : row % 2 === 0 ? row : 1e9 + row))
    // 1e6, 2, 4 ... 20,000 are looked at: quartiles 5,002 and 15,002 to the nearest even row.
    const [sampled] = numbersOf(column(20_001))
    expect(sampled).toMatchObject({ value: 10_001, allowed: '-9998 to 30002' })
    // Every row is looked at: half of them lie above 1e9, and the fences hold all.
    expect(numbersOf(column(20_000))).toEqual([])
  })

  test('of other kinds are not looked for', () => {
    expect(warningsOf('timestamp', timestampColumn([...upTo(30), 1e12]))).toEqual([])
  })
})
