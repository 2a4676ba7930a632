import { describe, expect, test } from '@jest/globals'
import type { BlueprintInput, ColumnType } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { blueprintOf, now, validate } from './check-frame.ts'

type Rule = NonNullable<BlueprintInput['business_rules']>[number]
type Unnamed = Rule extends infer R ? (R extends Rule ? Omit<R, 'name' | 'severity'> : never) : never

interface Judged {
  /** Rows that break the rule. */
  readonly broken: (number | null)[]
  /** What is told of the first of them. */
  readonly allowed: string | undefined
  readonly problem: string | undefined
  /** Share of the judged rows that keep the rule. */
  readonly consistency: number
}

function judged(rule: Unnamed, columns: Record<string, FrameColumn>): Judged {
  const types = Object.entries(columns).map(([name, { kind }]) => ({
    name,
    role: 'ignored' as const,
    type: kind satisfies ColumnType,
  }))
  const made = blueprintOf(types, {
    business_rules: [{ ...rule, name: 'rule', severity: 'error' }],
  })
  const { findings, report } = validate(made, Frame.fromColumns(columns))
  const own = findings.filter((finding) => finding.rule === 'rule')
  return {
    broken: own.map(({ row }) => row),
    allowed: own[0]?.allowed,
    problem: own[0]?.problem,
    consistency: report.dimensions.consistency,
  }
}

const day = 86_400_000

describe('within_years', () => {
  const within = (years: number, moments: readonly number[]): Judged =>
    judged({ kind: 'within_years', column: 'day', years }, { day: timestampColumn(moments) })

  test('begins with the day that lies so many years back', () => {
    const first = Date.UTC(2021, 2, 1)
    expect(within(5, [first, first - 1, first + 1, NaN])).toEqual({
      broken: [1],
      allowed: 'from 2021-03-01 to 2026-03-02',
      problem: 'breaks the rule day within 5 years',
      consistency: 2 / 3,
    })
  })

  test('ends one day after now', () => {
    const last = now.getTime() + day
    expect(within(5, [last, last + 1]).broken).toEqual([1])
  })

  test('a part of a year is that part of 365.25 days', () => {
    // 2024-03-01T12:00 less 182.625 days is 2023-08-31T21:00: the day begins at 0:00.
    const first = Date.UTC(2023, 7, 31)
    expect(within(2.5, [first, first - 1])).toMatchObject({
      broken: [1],
      allowed: 'from 2023-08-31 to 2026-03-02',
    })
    // Of the two ways to split 1.9 years only this one begins on this day.
    const split = Date.UTC(2024, 3, 6)
    expect(within(1.9, [split, split - 1]).broken).toEqual([1])
    expect(within(0.001, [now.getTime(), Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 1) - 1]).broken).toEqual([2])
  })

  test('is about moments only', () => {
    expect(judged({ kind: 'within_years', column: 'day', years: 1 }, { day: numberColumn([1]) })).toEqual({
      broken: [null],
      allowed: 'day within 1 years',
      problem: 'cannot be judged: the columns day are not of kinds that within_years compares',
      consistency: 1,
    })
  })
})

describe('sum_equals', () => {
  const sum = (tolerance: number, columns: Record<string, FrameColumn>): Judged =>
    judged({ kind: 'sum_equals', parts: ['a', 'b'], total: 'c', tolerance }, columns)

  test('holds up to the tolerance on either side', () => {
    expect(
      sum(0.5, {
        a: numberColumn([1, 1, 1, 1, 1, NaN, 1]),
        b: numberColumn([2, 2, 2, 2, 2, 2, 2]),
        c: numberColumn([3, 3.5, 2.5, 3.51, 2.49, 9, NaN]),
      }),
    ).toEqual({
      broken: [3, 4],
      allowed: 'a + b, give or take 0.5',
      problem: 'breaks the rule a + b = c',
      consistency: 0.6,
    })
  })

  test('a truth value counts as 1 or 0', () => {
    expect(
      sum(0, {
        a: booleanColumn([true, true, false, null]),
        b: booleanColumn([true, false, false, true]),
        c: numberColumn([2, 2, 0, 9]),
      }),
    ).toMatchObject({ broken: [1], consistency: 2 / 3 })
  })

  test.each(['a', 'b', 'c'])('%s must be of numbers', (name) => {
    const numbers = { a: numberColumn([1]), b: numberColumn([1]), c: numberColumn([2]) }
    expect(sum(0, { ...numbers, [name]: textColumn(['1']) }).broken).toEqual([null])
  })
})

const operators = ['<', '<=', '>', '>=', '==', '!='] as const
/** Rows that break each operator where row 0 is less, row 1 equal, row 2 greater. */
const broken = {
  '<': [1, 2],
  '<=': [2],
  '>': [0, 1],
  '>=': [0],
  '==': [0, 2],
  '!=': [1],
}

describe.each(operators)('compare_columns with %s', (operator) => {
  test.each<[string, FrameColumn, FrameColumn, string]>([
    ['numbers', numberColumn([1, 2, 3, NaN, 1]), numberColumn([2, 2, 2, 1, NaN]), '2'],
    [
      'moments',
      timestampColumn([0, day, 2 * day, NaN, 1]),
      timestampColumn([day, day, day, 1, NaN]),
      '1970-01-02',
    ],
    ['texts', textColumn(['a', 'b', 'c', null, 'a']), textColumn(['b', 'b', 'b', 'a', null]), 'b'],
    [
      'categories',
      categoryColumn(['a', 'b', 'c', null, 'a']),
      categoryColumn(['b', 'b', 'b', 'a', null]),
      'b',
    ],
    [
      'a category and a text',
      categoryColumn(['a', 'b', 'c', null, 'a']),
      textColumn(['b', 'b', 'b', 'a', null]),
      'b',
    ],
  ])('%s', (_, left, right, shown) => {
    const found = judged({ kind: 'compare_columns', left: 'a', operator, right: 'b' }, { a: left, b: right })
    expect(found).toEqual({
      broken: broken[operator],
      allowed: `${operator} b (${shown})`,
      problem: `breaks the rule a ${operator} b`,
      consistency: (3 - broken[operator].length) / 3,
    })
  })

  test('truth values, true above false', () => {
    const found = judged(
      { kind: 'compare_columns', left: 'a', operator, right: 'b' },
      {
        a: booleanColumn([false, true, true, null, true]),
        b: booleanColumn([true, true, false, true, null]),
      },
    )
    expect(found.broken).toEqual(broken[operator])
  })

  test.each<[string, FrameColumn, FrameColumn]>([
    ['a number and a text', numberColumn([1]), textColumn(['1'])],
    ['a category and a moment', categoryColumn(['1']), timestampColumn([1])],
  ])('%s do not compare', (_, left, right) => {
    const found = judged({ kind: 'compare_columns', left: 'a', operator, right: 'b' }, { a: left, b: right })
    expect(found).toMatchObject({ broken: [null], consistency: 1 })
  })
})

describe.each(operators)('compare_value with %s', (operator) => {
  test.each<[string, FrameColumn, number | string]>([
    ['a number', numberColumn([1, 2, 3, NaN]), 2],
    ['a number as text', numberColumn([1, 2, 3, NaN]), '2'],
    ['a moment', timestampColumn([0, day, 2 * day, NaN]), '1970-01-02'],
    ['a moment in milliseconds', timestampColumn([0, day, 2 * day, NaN]), day],
    ['a text', textColumn(['a', 'b', 'c', null]), 'b'],
    ['a category', categoryColumn(['a', 'b', 'c', null]), 'b'],
    ['a text that is a number', textColumn(['1', '2', '3', null]), 2],
  ])('%s', (_, column, value) => {
    expect(judged({ kind: 'compare_value', left: 'a', operator, value }, { a: column })).toEqual({
      broken: broken[operator],
      allowed: `${operator} ${String(value)}`,
      problem: `breaks the rule a ${operator} ${String(value)}`,
      consistency: (3 - broken[operator].length) / 3,
    })
  })

  test.each<[string, FrameColumn]>([
    ['a number', numberColumn([1])],
    ['a moment', timestampColumn([1])],
    ['a truth value', booleanColumn([true])],
  ])('%s does not compare with a word', (_, column) => {
    const found = judged({ kind: 'compare_value', left: 'a', operator, value: 'soon' }, { a: column })
    expect(found).toMatchObject({ broken: [null], consistency: 1 })
  })
})

test('a rule whose column is absent judges nothing', () => {
  const made = blueprintOf(
    [
      { name: 'a', role: 'ignored', type: 'number' },
      { name: 'b', role: 'ignored', type: 'number' },
    ],
    {
      business_rules: [
        { kind: 'compare_columns', name: 'r', left: 'a', operator: '<', right: 'b', severity: 'error' },
      ],
    },
  )
  const validation = validate(made, Frame.fromColumns({ a: numberColumn([1]) }))
  expect([validation.findings, validation.report.dimensions.consistency]).toEqual([[], 1])
})
