import { describe, expect, test } from '@jest/globals'
import type { Finding } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  frameFromRows,
  numberColumn,
  textColumn,
  timestampColumn,
} from '@claims/frame'
import { createValidator } from '@claims/validation'
import { blueprintOf as blueprint, brief, now, validate } from './check-frame.ts'

describe('cells', () => {
  const made = blueprint([
    {
      name: 'amount',
      role: 'numeric',
      type: 'number',
      required: true,
      exclusive_minimum: 0,
      maximum: 1_000_000,
    },
    { name: 'age', role: 'numeric', type: 'number', integer: true, minimum: 18, maximum: 120 },
    { name: 'kind', role: 'categorical', type: 'category', allowed: ['auto', 'home'] },
    { name: 'code', role: 'text', type: 'text', pattern: '^[A-Z]{2}$' },
    { name: 'free', role: 'categorical', type: 'category' },
  ])
  const types = { amount: 'number', age: 'number', kind: 'category', code: 'text', free: 'category' } as const

  test('every broken rule of every row is found, with row, field, value, rule and what is allowed', () => {
    const frame = frameFromRows(
      [
        { amount: 10, age: 18, kind: 'auto', code: 'OH', free: 'anything' },
        { amount: 0, age: 17.5, kind: 'boat', code: 'ohio', free: 'new' },
        { amount: null, age: 121, kind: null, code: null, free: null },
        { amount: 1_000_001, age: 18.5, kind: 'home', code: 'IN', free: 'new' },
        { amount: Infinity, age: -Infinity, kind: 'home', code: 'IN', free: 'new' },
      ],
      types,
    )
    const validation = validate(made, frame)
    expect(brief(validation)).toEqual([
      '1 amount range error',
      '1 age range error',
      '1 kind allowed error',
      '1 code pattern error',
      '2 amount required error',
      '2 age range error',
      '3 amount range error',
      '3 age integer error',
      '4 amount finite error',
      '4 age finite error',
    ])
    expect([...validation.rejected]).toEqual([0, 1, 1, 1, 1])
    expect(validation.report.rejected_rows).toBe(4)
    expect(validation.findings[2]).toEqual({
      row: 1,
      field: 'kind',
      value: 'boat',
      rule: 'allowed',
      problem: 'is not an allowed value',
      allowed: 'one of auto, home',
      severity: 'error',
    })
    expect(validation.findings.find(({ rule }) => rule === 'finite')?.value).toBe('Infinity')
  })

  test('a column of another kind rejects the rows that have a value', () => {
    const frame = Frame.fromColumns({
      amount: categoryColumn(['12', null]),
      age: booleanColumn([null, true]),
      kind: textColumn(['auto', 'boat']),
    })
    expect(brief(validate(made, frame))).toEqual([
      '0 amount type error',
      '1 amount required error',
      '1 age type error',
      '1 kind allowed error',
    ])
  })

  test('a moment outside the calendar is found and shown as text', () => {
    const dated = blueprint([{ name: 'day', role: 'date', type: 'timestamp' }])
    const frame = Frame.fromColumns({ day: timestampColumn([0, 9e15, NaN]) })
    expect(validate(dated, frame).findings).toMatchObject([
      { row: 1, rule: 'finite', value: '9000000000000000' },
    ])
  })

  test('an absent required column rejects every row, an absent optional one none', () => {
    const frame = Frame.fromColumns({ age: numberColumn([30, 40]) })
    const validation = validate(made, frame)
    expect(brief(validation)).toEqual(['null amount required error'])
    expect([...validation.rejected]).toEqual([1, 1])
    expect(validation.errorsOfRow(1)).toMatchObject([{ row: null, field: 'amount', rule: 'required' }])
  })

  test('a pattern that is no regular expression is refused when compiled', () => {
    const right = blueprint([{ name: 'code', role: 'text', type: 'text' }])
    const wrong = { ...right, columns: right.columns.map((column) => ({ ...column, pattern: '(' })) }
    expect(() => createValidator(wrong)).toThrow(expect.objectContaining({ code: 'invalid_blueprint' }))
  })
})

describe('reading', () => {
  const made = blueprint([
    { name: 'amount', role: 'numeric', type: 'number', required: true },
    { name: 'gender', role: 'sensitive', type: 'category', allowed: ['F', 'M'] },
  ])
  const frame = Frame.fromColumns({ amount: numberColumn([NaN, 5]), gender: categoryColumn(['F', 'secret']) })
  const unreadable: Finding = {
    row: 0,
    field: 'amount',
    value: '12,x',
    rule: 'type',
    problem: 'is not a number',
    allowed: 'a finite number',
    severity: 'error',
  }

  test('a cell that could not be read is a type error and not also missing', () => {
    const validation = validate(made, frame, { findings: [unreadable] })
    expect(brief(validation)).toEqual(['0 amount type error', '1 gender allowed error'])
    expect(validation.errorsOfRow(0)).toEqual([unreadable])
    expect(validation.report.dimensions.completeness).toBe(1)
    expect(validation.report.dimensions.validity).toBe(0.5)
  })

  test('values of a sensitive column are in no finding, not even in one from reading', () => {
    const leaky: Finding = { ...unreadable, row: 1, field: 'gender', value: 'secret' }
    const validation = validate(made, frame, { findings: [leaky] })
    expect(JSON.stringify([validation.findings, validation.errorsOfRow(1), validation.report])).not.toContain(
      'secret',
    )
  })

  test('a label that could not be read rejects in training only', () => {
    const badLabel: Finding = { ...unreadable, row: 1, field: 'fraud' }
    const whole = frame.take([1, 1]).withColumns({
      gender: categoryColumn(['F', 'M']),
      fraud: booleanColumn([true, null]),
    })
    expect([...validate(made, whole, { findings: [badLabel] }).rejected]).toEqual([0, 0])
    const training = validate(made, whole, { findings: [badLabel], purpose: 'training' })
    expect(training.errorsOfRow(1)).toEqual([badLabel])
  })

  test('unexpected columns warn once each', () => {
    const more = frame.withColumn('extra', numberColumn([1, 2]))
    const validation = validate(made, more.take([1]).withColumn('gender', categoryColumn(['F'])), {
      unexpected: ['other', 'extra'],
    })
    expect(brief(validation)).toEqual(['null other unexpected warning', 'null extra unexpected warning'])
    expect(validation.report.rejected_rows).toBe(0)
  })
})

describe('business rules', () => {
  const made = blueprint(
    [
      { name: 'start', role: 'date', type: 'timestamp' },
      { name: 'claim_date', role: 'date', type: 'timestamp' },
      { name: 'amount', role: 'numeric', type: 'number' },
      { name: 'injury', role: 'numeric', type: 'number' },
      { name: 'vehicle', role: 'numeric', type: 'number' },
      { name: 'claim_type', role: 'categorical', type: 'category' },
      { name: 'policy_type', role: 'categorical', type: 'category' },
    ],
    {
      business_rules: [
        {
          kind: 'compare_columns',
          name: 'after_start',
          left: 'claim_date',
          operator: '>=',
          right: 'start',
          severity: 'error',
        },
        {
          kind: 'compare_columns',
          name: 'same_type',
          left: 'claim_type',
          operator: '==',
          right: 'policy_type',
          severity: 'error',
        },
        {
          kind: 'compare_value',
          name: 'positive',
          left: 'amount',
          operator: '>',
          value: 0,
          severity: 'warning',
        },
        {
          kind: 'compare_value',
          name: 'since_2020',
          left: 'start',
          operator: '>=',
          value: '2020-01-01',
          severity: 'warning',
        },
        { kind: 'within_years', name: 'recent', column: 'claim_date', years: 5, severity: 'error' },
        {
          kind: 'sum_equals',
          name: 'sum',
          parts: ['injury', 'vehicle'],
          total: 'amount',
          tolerance: 0.01,
          severity: 'warning',
        },
      ],
    },
  )
  const types = {
    start: 'timestamp',
    claim_date: 'timestamp',
    amount: 'number',
    injury: 'number',
    vehicle: 'number',
    claim_type: 'category',
    policy_type: 'category',
  } as const
  const good = {
    start: '2021-01-01',
    claim_date: '2025-01-01',
    amount: 3,
    injury: 1,
    vehicle: 2.005,
    claim_type: 'auto',
    policy_type: 'auto',
  }

  test.each([
    ['nothing', good, []],
    ['a claim before the start', { ...good, claim_date: '2020-12-31' }, ['after_start', 'recent']],
    ['a claim on the day of the start', { ...good, claim_date: '2021-03-01', start: '2021-03-01' }, []],
    ['another type', { ...good, policy_type: 'home' }, ['same_type']],
    ['no amount', { ...good, amount: 0, injury: 0, vehicle: 0 }, ['positive']],
    ['an old policy', { ...good, start: '2019-12-31' }, ['since_2020']],
    ['a claim of five years ago to the day', { ...good, claim_date: '2021-03-01' }, []],
    ['a claim of the day before that', { ...good, claim_date: '2021-02-28' }, ['recent']],
    ['a claim in the future', { ...good, claim_date: '2026-03-03' }, ['recent']],
    ['a claim that is tomorrow somewhere', { ...good, claim_date: '2026-03-02' }, []],
    ['a wrong sum', { ...good, vehicle: 2.02 }, ['sum']],
    ['missing cells', { ...good, start: null, injury: null, policy_type: null }, []],
  ])('%s', (_, row, rules) => {
    const validation = validate(made, frameFromRows([row], types))
    expect(validation.findings.map(({ rule }) => rule)).toEqual(rules)
  })

  test('a finding tells the value and the limit; a warning does not reject', () => {
    const validation = validate(
      made,
      frameFromRows(
        [
          { ...good, claim_date: '2021-06-01', start: '2021-07-01' },
          { ...good, amount: -1 },
        ],
        types,
      ),
    )
    expect(validation.findings[0]).toMatchObject({
      row: 0,
      field: 'claim_date',
      value: '2021-06-01',
      rule: 'after_start',
      allowed: '>= start (2021-07-01)',
    })
    expect([...validation.rejected]).toEqual([1, 0])
    // 12 pairs of a row and a rule, of which after_start, positive and sum are broken.
    expect(validation.report.dimensions.consistency).toBeCloseTo(9 / 12, 12)
  })

  test('a rule over kinds that do not compare is reported once and judges nothing', () => {
    const frame = frameFromRows([good, good], types).withColumn('start', categoryColumn(['a', 'b']))
    expect(brief(validate(made, frame))).toContain('null claim_date after_start warning')
  })

  test('a sensitive right side is not shown', () => {
    const hidden = blueprint(
      [
        { name: 'a', role: 'numeric', type: 'number' },
        { name: 'b', role: 'sensitive', type: 'number' },
      ],
      {
        business_rules: [
          { kind: 'compare_columns', name: 'r', left: 'a', operator: '>', right: 'b', severity: 'error' },
        ],
      },
    )
    const frame = Frame.fromColumns({ a: numberColumn([9]), b: numberColumn([4711]) })
    const [finding] = validate(hidden, frame).findings
    expect(finding).toMatchObject({ rule: 'r', allowed: '> b' })
    expect(JSON.stringify(finding)).not.toContain('4711')
  })
})

describe('purpose', () => {
  const made = blueprint(
    [
      { name: 'id', role: 'id', type: 'category', required: true },
      { name: 'day', role: 'date', type: 'timestamp' },
      { name: 'x', role: 'numeric', type: 'number' },
      { name: 'settled', role: 'post_outcome', type: 'number', required: true, minimum: 0 },
    ],
    { unique_keys: [['id', 'day']] },
  )
  const frame = Frame.fromColumns({
    id: categoryColumn(['a', 'b', 'a', 'a', 'a', 'a']),
    day: timestampColumn([1, 1, 2, 1, NaN, NaN]),
    x: numberColumn([1, 2, 3, 4, 5, 6]),
  })

  test('training needs the label and post-outcome columns and rejects repeated keys', () => {
    const whole = frame
      .withColumn('settled', numberColumn([1, 1, -1, 1, 1, 1]))
      .withColumn('fraud', booleanColumn([true, null, false, true, false, false]))
    const validation = validate(made, whole, { purpose: 'training' })
    expect(brief(validation)).toEqual([
      '1 fraud required error',
      '2 settled range error',
      '3 id + day unique error',
    ])
    expect(validation.errorsOfRow(3)).toMatchObject([
      { row: 3, rule: 'unique', problem: 'repeats the key of row 0' },
    ])
    expect(validation.report.dimensions.uniqueness).toBeCloseTo(5 / 6, 12)
    expect(validation.report.gate.failures).toEqual([
      'column day is 33.3 % missing, at most 15 % (quality.maximum_null_share)',
      'key id + day repeats in 16.7 % of rows, at most 1 % (quality.maximum_duplicate_share)',
    ])
  })

  test('scoring judges neither and only warns of repeated keys', () => {
    const validation = validate(made, frame.withColumn('settled', numberColumn([1, 1, -1, 1, 1, 1])))
    expect(brief(validation)).toEqual(['3 id + day unique warning'])
    expect(validation.report.rejected_rows).toBe(0)
  })

  test('keys of numbers, text and booleans tell 0 from missing and find every repeat', () => {
    const keyed = blueprint(
      [
        { name: 'n', role: 'id', type: 'number' },
        { name: 't', role: 'id', type: 'text' },
        { name: 'b', role: 'id', type: 'boolean' },
      ],
      { unique_keys: [['n', 't', 'b']] },
    )
    const rows = Frame.fromColumns({
      n: numberColumn([0, -0, NaN, 0, 1, 0]),
      t: textColumn(['x', 'x', 'x', 'y', 'x', 'x']),
      b: booleanColumn([true, true, true, true, true, false]),
    })
    expect(brief(validate(keyed, rows))).toEqual(['1 n + t + b unique warning'])
  })
})

describe('columns and quality', () => {
  const made = blueprint([
    { name: 'x', role: 'numeric', type: 'number' },
    { name: 'none', role: 'numeric', type: 'number' },
    { name: 'same', role: 'categorical', type: 'category' },
    { name: 'gone', role: 'numeric', type: 'number' },
  ])
  const rows = 100
  const frame = Frame.fromColumns({
    x: numberColumn(Array.from({ length: rows }, (_, i) => (i === 7 ? 1_000 : i))),
    none: numberColumn(new Float64Array(rows).fill(NaN)),
    same: categoryColumn(Array.from({ length: rows }, () => 'one')),
    fraud: booleanColumn(Array.from({ length: rows }, (_, i) => i % 2 === 0)),
  })

  test('an all-missing, a constant, an absent column and outliers warn in training', () => {
    const validation = validate(made, frame, { purpose: 'training' })
    expect(brief(validation)).toEqual([
      'null x outliers warning',
      'null none all_missing warning',
      'null same constant warning',
      'null gone absent warning',
    ])
    // numpy.percentile([0..6, 1000, 8..99], [25, 75]) = 25.75, 75.25; 1.5 times 49.5 beyond.
    expect(validation.findings[0]).toMatchObject({ value: 1, allowed: '-48.5 to 149.5' })
    expect(validation.report.dimensions).toEqual({
      completeness: 0.75,
      validity: 1,
      consistency: 1,
      uniqueness: 1,
    })
    expect(validation.report.quality_score).toBeCloseTo(0.9375, 12)
    expect(validation.report.gate).toEqual({
      passed: false,
      failures: ['column none is 100 % missing, at most 15 % (quality.maximum_null_share)'],
    })
  })

  test('counts are of values, not of findings', () => {
    const outlying = frame.withColumn(
      'x',
      numberColumn(Array.from({ length: rows }, (_, i) => (i < 4 ? 1_000 + i : i))),
    )
    const { counts } = validate(made, outlying, { purpose: 'training' }).report
    expect(Object.fromEntries(counts.map(({ rule, count }) => [rule, count]))).toMatchObject({
      outliers: 4,
      all_missing: 100,
      constant: 100,
    })
  })

  test('scoring leaves them out', () => {
    expect(brief(validate(made, frame))).toEqual([])
  })

  test('no rows fail the gate', () => {
    const empty = validate(made, Frame.fromColumns({ x: numberColumn([]) }))
    expect(empty.report.gate).toEqual({ passed: false, failures: ['there are no rows'] })
  })

  test('kept findings are capped, counts and rejected rows are not', () => {
    const strict = blueprint([{ name: 'x', role: 'numeric', type: 'number', minimum: 50 }])
    const validator = createValidator(strict, { findingsPerRule: 3, reportedPerRule: 2 })
    const { findings, report, rejected, errorsOfRow } = validator.validate(frame.select(['x']), {
      now,
      purpose: 'scoring',
    })
    expect([findings.length, report.findings.length]).toEqual([3, 2])
    expect(report.counts).toEqual([{ rule: 'range', field: 'x', severity: 'error', count: 49 }])
    expect(rejected.reduce((sum, r) => sum + r, 0)).toBe(49)
    expect(errorsOfRow(49)).toMatchObject([{ row: 49, field: 'x', value: 49, rule: 'range' }])
    expect(errorsOfRow(50)).toEqual([])
  })
})
