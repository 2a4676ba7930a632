import { describe, expect, test } from '@jest/globals'
import {
  constraintMetrics,
  constraintText,
  noPolicy,
  parseConstraint,
  type Constraint,
} from '@claims/registry'
import fc from 'fast-check'
import { blueprintConstraints, isWithin } from '../src/gates/constraint.ts'
import { weakenings } from '../src/gates/weakened-policy.ts'

const limits = [0.5, 0.85, 1, -2, 1e-7, 250]
const place = fc.oneof(
  fc.constantFrom('test' as const, 'out_of_time' as const),
  fc.record({
    column: fc.constantFrom('region', 'age band', 'Straße'),
    level: fc.constantFrom('north', '>=65', '18-25', 'a = b', 'x on test >= 1', ''),
  }),
)
const constraint: fc.Arbitrary<Constraint> = fc.record({
  metric: fc.constantFrom('fairness_gap', 'out_of_time_deviation', 'p99_latency_ms'),
  on: place,
  operator: fc.constantFrom('>=', '>', '<=', '<'),
  limit: fc.constantFrom(...limits),
})

describe('a constraint', () => {
  test('is read as it is shown', () => {
    fc.assert(
      fc.property(constraint, (row) => {
        expect(parseConstraint(constraintText(row))).toEqual(row)
      }),
    )
  })

  test.each([
    ...[
      '',
      'recall',
      'recall >= 0.8',
      'recall on test = 0.8',
      'recall on test >= 80 %',
      'recall on test >= NaN',
    ],
    ...[
      'recal on test >= 0.8',
      'recall on train >= 0.8',
      'recall on group north >= 0.8',
      'recall on test >= 0.8 or so',
    ],
  ])('is refused where it is %j', (text) => {
    expect(() => parseConstraint(text)).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
  })

  test.each([
    ['recall on test >= 1e999', 'finite'],
    ['p99_latency_ms on test <= 1e999', 'finite'],
    ['recall on test >= 1.01', 'recall is between 0 and 1'],
    ['recall on test > 1', 'recall is between 0 and 1'],
    ['recall on test >= 0', 'recall is between 0 and 1'],
    ['false_positive_rate on group a=b <= 15', 'false_positive_rate is between 0 and 1'],
    ['brier on out_of_time < 0', 'brier is between 0 and 1'],
    ['mcc on test >= -1', 'mcc is between -1 and 1'],
    ['gini on test <= -1.5', 'gini is between -1 and 1'],
    ['log_loss on test < 0', 'log_loss is at least 0'],
    ['log_loss on test >= 0', 'log_loss is at least 0'],
  ])('that always or never holds is refused: %s', (text, said) => {
    expect(() => parseConstraint(text)).toThrow(
      expect.objectContaining({ code: 'invalid_parameter', message: expect.stringContaining(said) }),
    )
  })

  test.each([
    ...['recall on test >= 1', 'recall on test <= 0', 'recall on test > 0', 'log_loss on test <= 7'],
    ...['kappa on test >= -0.5', 'fairness_gap on test <= 250', 'p99_latency_ms on test <= 50'],
  ])('that some values meet is read: %s', (text) => {
    expect(constraintText(parseConstraint(text))).toBe(text)
  })

  test('of a blueprint is a row on the test', () => {
    const rows = blueprintConstraints({
      ...{ min_recall: 0.85, min_accuracy: 0.8, max_false_positive_rate: 0.15, min_roc_auc: 0.7 },
    })
    expect(rows.map(constraintText)).toEqual([
      'recall on test >= 0.85',
      'accuracy on test >= 0.8',
      'false_positive_rate on test <= 0.15',
      'roc_auc on test >= 0.7',
    ])
    expect(blueprintConstraints({})).toEqual([])
    expect(constraintMetrics).toEqual(
      expect.arrayContaining(['false_positive_rate', 'p99_latency_ms', 'fairness_gap']),
    )
  })

  test.each([
    ['>=', [false, true, true]],
    ['>', [false, false, true]],
    ['<=', [true, true, false]],
    ['<', [true, false, false]],
  ] as const)('%s holds a value against its limit', (operator, expected) => {
    expect([0.4, 0.5, 0.6].map((value) => isWithin(value, { operator, limit: 0.5 }))).toEqual(expected)
  })
})

describe('a policy is weaker', () => {
  const of = (rows: readonly Constraint[], approvals = 1): typeof noPolicy => ({
    ...noPolicy,
    constraints: rows,
    approvals,
  })

  test('exactly where something that it lets through was stopped before', () => {
    const values = limits.flatMap((limit) => [limit - 1e-9, limit, limit + 1e-9])
    const lets = (rows: readonly Constraint[], value: number): boolean =>
      rows.every((row) => isWithin(value, row))
    const one = constraint.map((row): Constraint => ({ ...row, metric: 'recall', on: 'test' }))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 1 }), fc.array(one, { maxLength: 1 }), (before, after) => {
        const weaker = weakenings(of(before), of(after)).length > 0
        const throughNow = values.some((value) => lets(after, value) && !lets(before, value))
        if (throughNow) expect(weaker).toBe(true)
        // A row that is gone counts as weaker also where another one stops the same values.
        else if (before[0]?.operator[0] === after[0]?.operator[0]) expect(weaker).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('where it demands fewer approvals or lets them count for longer', () => {
    const days = (longest: number | null): typeof noPolicy => ({
      ...noPolicy,
      longest_validity_days: longest,
    })
    expect(weakenings(of([], 2), of([], 1))).toHaveLength(1)
    expect(weakenings(of([], 1), of([], 2))).toEqual([])
    expect(weakenings(days(30), days(null))).toHaveLength(1)
    expect(weakenings(days(30), days(31))).toHaveLength(1)
    expect(weakenings(days(null), days(30))).toEqual([])
  })
})
