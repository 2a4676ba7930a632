import { describe, expect, test } from '@jest/globals'
import type { BlueprintInput } from '@claims/contracts'
import { booleanColumn, Frame, numberColumn, textColumn } from '@claims/frame'
import { blueprintOf, brief, validate } from './check-frame.ts'

describe('columns whose values are known after the outcome', () => {
  const rule = (
    name: string,
    left: string,
    right: string,
  ): NonNullable<BlueprintInput['business_rules']>[number] => ({
    kind: 'compare_columns',
    name,
    left,
    operator: '<',
    right,
    severity: 'error',
  })
  const made = blueprintOf(
    [
      { name: 'a', role: 'numeric', type: 'number' },
      { name: 'b', role: 'numeric', type: 'number' },
      { name: 'paid', role: 'post_outcome', type: 'number' },
    ],
    {
      business_rules: [
        rule('before', 'a', 'b'),
        rule('left_after', 'paid', 'a'),
        rule('right_after', 'a', 'paid'),
      ],
    },
  )
  const frame = Frame.fromColumns({
    a: numberColumn([1, 2]),
    b: numberColumn([1, 3]),
    paid: numberColumn([1, 2]),
    fraud: booleanColumn([true, false]),
  })

  test('take part in business rules in training', () => {
    expect(brief(validate(made, frame, { purpose: 'training' })).sort()).toEqual([
      '0 a before error',
      '0 a right_after error',
      '0 paid left_after error',
      '1 a right_after error',
      '1 paid left_after error',
    ])
  })

  test('and in none when scoring', () => {
    const { report, rejected } = validate(made, frame)
    expect(report.counts).toEqual([{ rule: 'before', field: 'a', severity: 'error', count: 1 }])
    expect([...rejected]).toEqual([1, 0])
    expect(report.dimensions.consistency).toBe(0.5)
  })
})

describe('columns that may be empty', () => {
  const made = blueprintOf([
    { name: 'x', role: 'numeric', type: 'number' },
    { name: 'letters', role: 'document', type: 'text' },
  ])
  const frame = Frame.fromColumns({
    x: numberColumn([1, 2, 3, 4]),
    letters: textColumn([null, null, null, 'a']),
  })

  test('count neither as incomplete nor against the gate', () => {
    const { report } = validate(made, frame)
    expect(report.dimensions.completeness).toBe(1)
    expect(report.gate).toEqual({ passed: true, failures: [] })
  })

  test('count where they are required', () => {
    const required = blueprintOf([
      { name: 'x', role: 'numeric', type: 'number' },
      { name: 'letters', role: 'document', type: 'text', required: true },
    ])
    expect(validate(required, frame).report.dimensions.completeness).toBe(5 / 8)
  })
})

test('the quality of no rows is told in numbers', () => {
  const made = blueprintOf([{ name: 'x', role: 'numeric', type: 'number' }], { unique_keys: [['x']] })
  const empty = Frame.fromColumns({ x: numberColumn([]), fraud: booleanColumn([]) })
  for (const purpose of ['training', 'scoring'] as const) {
    const { report, findings } = validate(made, empty, { purpose })
    expect(report.quality_score).toBe(1)
    expect(report.gate).toEqual({ passed: false, failures: ['there are no rows'] })
    expect(findings).toEqual([])
  }
})
