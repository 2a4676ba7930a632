import { describe, expect, test } from '@jest/globals'
import type { BlueprintInput } from '@claims/contracts'
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

type ColumnInput = BlueprintInput['columns'][number]

/** The rule that each value breaks, '' for none. */
function rulesOf(column: Omit<ColumnInput, 'name'>, values: FrameColumn): string[] {
  const frame = Frame.fromColumns({ x: values })
  const { findings } = validate(blueprintOf([{ name: 'x', ...column }]), frame)
  return Array.from({ length: frame.rows }, (_, row) =>
    findings
      .filter((finding) => finding.row === row)
      .map(({ rule }) => rule)
      .join(),
  )
}

describe('the bounds of a number', () => {
  const numeric = { role: 'numeric', type: 'number' } as const

  test.each([
    ['a minimum is allowed', { minimum: 0 }, [0, -0, -5e-324, 5e-324], ['', '', 'range', '']],
    ['a maximum is allowed', { maximum: 10 }, [10, 9, 10.000001], ['', '', 'range']],
    [
      'an exclusive minimum is not',
      { exclusive_minimum: 0 },
      [0, -0, 5e-324, -1],
      ['range', 'range', '', 'range'],
    ],
    ['both bounds may be one', { minimum: 3, maximum: 3 }, [2, 3, 4], ['range', '', 'range']],
    [
      'a whole number',
      { integer: true },
      [-2, -1.5, 0, 0.5, 1e300],
      ['', 'integer', '', 'integer', 'finite'],
    ],
    ['a listed number', { allowed: ['1', '2.5'] }, [1, 2, 2.5, -1], ['', 'allowed', '', 'allowed']],
  ])('%s', (_, rules, values, expected) => {
    expect(rulesOf({ ...numeric, ...rules }, numberColumn(values))).toEqual(expected)
  })

  const float = 3.4028234663852886e38

  test('what may become a feature is at most the largest number of 32 bits', () => {
    expect(float).toBe(Math.fround(float))
    const beyond = float * (1 + Number.EPSILON)
    expect(rulesOf(numeric, numberColumn([float, -float, beyond, -beyond, Infinity, -Infinity]))).toEqual([
      '',
      '',
      'finite',
      'finite',
      'finite',
      'finite',
    ])
  })

  test('what no step reads is at most the largest number of 64 bits', () => {
    const largest = Number.MAX_VALUE
    expect(
      rulesOf({ role: 'id', type: 'number' }, numberColumn([largest, -largest, Infinity, -Infinity])),
    ).toEqual(['', '', 'finite', 'finite'])
  })

  test('a number that a feature cannot be is told from one that is infinite', () => {
    const frame = Frame.fromColumns({ x: numberColumn([1e39, Infinity]) })
    const { findings } = validate(blueprintOf([{ name: 'x', ...numeric }]), frame)
    expect(findings.map(({ problem, allowed, value }) => [problem, allowed, value])).toEqual([
      [
        'is larger than a feature can be',
        'a finite number, of a magnitude of at most 3.4028234663852886e+38',
        1e39,
      ],
      ['is not a finite value', 'a finite number', 'Infinity'],
    ])
  })

  test('a moment is one that a Date holds', () => {
    const latest = 8.64e15
    expect(
      rulesOf(
        { role: 'date', type: 'timestamp' },
        timestampColumn([latest, -latest, latest + 1, -latest - 1]),
      ),
    ).toEqual(['', '', 'finite', 'finite'])
  })

  test('a moment has bounds as a number has', () => {
    expect(
      rulesOf({ role: 'date', type: 'timestamp', minimum: 0, maximum: 10 }, timestampColumn([-1, 0, 10, 11])),
    ).toEqual(['range', '', '', 'range'])
  })
})

describe('a text', () => {
  const cells = ['a', 'b', null, 'ab', '']

  test.each([
    ['category', categoryColumn(cells)],
    ['text', textColumn(cells)],
  ] as const)('of kind %s is one of a list, matches a pattern, or both', (type, column) => {
    const text = { role: 'categorical', type } as const
    expect(rulesOf(text, column)).toEqual(['', '', '', '', ''])
    expect(rulesOf({ ...text, allowed: ['a', 'ab'] }, column)).toEqual(['', 'allowed', '', '', 'allowed'])
    expect(rulesOf({ ...text, pattern: '^a' }, column)).toEqual(['', 'pattern', '', '', 'pattern'])
    expect(rulesOf({ ...text, allowed: ['a', 'b'], pattern: '^a' }, column)).toEqual([
      '',
      'pattern',
      '',
      'allowed',
      'allowed',
    ])
  })

  test('is judged alike where a column has more levels than rows', () => {
    const one = Frame.fromColumns({ x: categoryColumn(cells) }).take([1, 3])
    expect(rulesOf({ role: 'categorical', type: 'category', allowed: ['a', 'ab'] }, one.column('x'))).toEqual(
      ['allowed', ''],
    )
  })

  test('a truth value is judged by its name', () => {
    const column = booleanColumn([true, false, null])
    const truth = { role: 'categorical', type: 'boolean' } as const
    expect(rulesOf({ ...truth, allowed: ['true'] }, column)).toEqual(['', 'allowed', ''])
    expect(rulesOf({ ...truth, pattern: '^f' }, column)).toEqual(['pattern', '', ''])
  })
})

describe('cells of another kind', () => {
  const wrong: readonly (readonly [FrameColumn['kind'], FrameColumn, ColumnInput['type']])[] = [
    ['number', numberColumn([1, NaN, 2]), 'category'],
    ['timestamp', timestampColumn([1, NaN, 2]), 'number'],
    ['category', categoryColumn(['a', null, 'b']), 'number'],
    ['text', textColumn(['a', null, 'b']), 'boolean'],
    ['boolean', booleanColumn([true, null, false]), 'timestamp'],
  ]

  test.each(wrong)('%s: a value is of the wrong type, a missing one is missing', (_, column, type) => {
    const made = blueprintOf([{ name: 'x', role: 'id', type, required: true }])
    const { report, findings } = validate(made, Frame.fromColumns({ x: column }))
    expect(findings.map(({ row, rule }) => [row, rule])).toEqual([
      [0, 'type'],
      [1, 'required'],
      [2, 'type'],
    ])
    expect(report.dimensions).toMatchObject({ completeness: 2 / 3, validity: 0 })
  })
})

describe('cells without a value', () => {
  test.each([
    ['number', numberColumn([NaN, 1, NaN, 2])],
    ['timestamp', timestampColumn([NaN, 1, NaN, 2])],
    ['category', categoryColumn([null, 'a', null, 'b'])],
    ['text', textColumn([null, 'a', null, 'b'])],
    ['boolean', booleanColumn([null, true, null, false])],
  ] as const)('of a %s column are counted', (type, column) => {
    const made = blueprintOf([{ name: 'x', role: type === 'timestamp' ? 'date' : 'categorical', type }])
    expect(validate(made, Frame.fromColumns({ x: column })).report.dimensions.completeness).toBe(0.5)
  })
})
