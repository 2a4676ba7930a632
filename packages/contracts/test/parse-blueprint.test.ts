import { describe, expect, test } from '@jest/globals'
import {
  blueprintSchema,
  ClaimsError,
  parseBlueprint,
  type BlueprintInput,
  type FieldProblem,
} from '@claims/contracts'

const blueprint: BlueprintInput = {
  format_version: 1,
  name: 'example',
  columns: [
    { name: 'customer', role: 'entity', type: 'category' },
    { name: 'on', role: 'event_time', type: 'timestamp' },
    {
      name: 'amount',
      role: 'numeric',
      type: 'number',
      minimum: 0,
      aliases: [{ name: 'amount_cents', multiply: 0.01 }],
    },
    { name: 'injury', role: 'numeric', type: 'number' },
    { name: 'fraud', role: 'label', type: 'category' },
  ],
  label: { column: 'fraud', positive: 'Y' },
  split: { kind: 'stratified' },
  candidates: [{ name: 'logistic', kind: 'logistic' }],
  costs: { false_negative: 10, false_positive: 1, manual_review: 1 },
}

function problemsOf(value: unknown): readonly FieldProblem[] {
  try {
    parseBlueprint(value)
  } catch (error) {
    if (error instanceof ClaimsError && error.code === 'invalid_blueprint') return error.problems
    throw error
  }
  return []
}

function withoutColumn(name: string): BlueprintInput['columns'] {
  return blueprint.columns.filter((column) => column.name !== name)
}

describe('parseBlueprint', () => {
  test.each(['Y', ' y', ['N', 'Y']])('refuses a negative value that is the positive one: %p', (negative) => {
    const label = { column: 'fraud', positive: 'Y', negative }
    expect(problemsOf({ ...blueprint, label }).map(({ field }) => field)).toEqual(['label.negative'])
    expect(problemsOf({ ...blueprint, label: { ...label, negative: ['N', 'maybe'] } })).toEqual([])
  })

  test('refuses a maturity beyond a hundred years, which no calendar day holds', () => {
    const label = { column: 'fraud', positive: 'Y', maturity_days: 1e12 }
    expect(problemsOf({ ...blueprint, label }).map(({ field }) => field)).toEqual(['label.maturity_days'])
  })

  test('fills in defaults', () => {
    const parsed = parseBlueprint(blueprint)
    expect(parsed).toMatchObject({
      version: 1,
      origin: 'explicit',
      split: { kind: 'stratified', test_share: 0.2, folds: 5 },
      policy: { bands: { medium: 0.3, high: 0.6, critical: 0.8 } },
      selection: { metric: 'roc_auc', constraints: {} },
      costs: { currency: null },
    })
    expect(parsed.columns[0]).toMatchObject({ required: false, missing_tokens: [], aliases: [] })
  })

  test('a parsed blueprint through JSON is itself again', () => {
    const parsed = parseBlueprint(blueprint)
    expect(parseBlueprint(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed)
    expect(blueprintSchema.parse(parsed)).toEqual(parsed)
  })

  test.each<[string, Partial<BlueprintInput>, string, string]>([
    [
      'a column declared twice',
      { columns: [...blueprint.columns, { name: 'amount', role: 'ignored', type: 'number' }] },
      'columns.amount',
      'is declared twice',
    ],
    [
      'an alias that is a column',
      { columns: [...blueprint.columns, { name: 'amount_cents', role: 'ignored', type: 'number' }] },
      'columns.amount_cents',
      'is declared twice',
    ],
    [
      'a label that is no column',
      { label: { column: 'fruad', positive: 'Y' } },
      'label.column',
      '"fruad" is no column of role label',
    ],
    [
      'a label of another role',
      { label: { column: 'amount', positive: 1 } },
      'label.column',
      '"amount" is no column of role label',
    ],
    [
      'two labels',
      { columns: [...blueprint.columns, { name: 'other', role: 'label', type: 'category' }] },
      'columns',
      '2 columns have the role label',
    ],
    [
      'two event times',
      { columns: [...blueprint.columns, { name: 'other', role: 'event_time', type: 'timestamp' }] },
      'columns',
      '2 columns have the role event_time',
    ],
    [
      'a unique key',
      { unique_keys: [['customer'], ['nobody', 'on']] },
      'unique_keys.1',
      '"nobody" is no column of the blueprint',
    ],
    [
      'compare_columns',
      {
        business_rules: [
          {
            kind: 'compare_columns',
            name: 'r',
            left: 'amount',
            operator: '<',
            right: 'limit',
            severity: 'error',
          },
        ],
      },
      'business_rules.r',
      '"limit" is no column of the blueprint',
    ],
    [
      'compare_value',
      {
        business_rules: [
          { kind: 'compare_value', name: 'r', left: 'limit', operator: '<', value: 1, severity: 'error' },
        ],
      },
      'business_rules.r',
      '"limit" is no column of the blueprint',
    ],
    [
      'within_years',
      {
        business_rules: [{ kind: 'within_years', name: 'r', column: 'when', years: 2, severity: 'warning' }],
      },
      'business_rules.r',
      '"when" is no column of the blueprint',
    ],
    [
      'sum_equals',
      {
        business_rules: [
          {
            kind: 'sum_equals',
            name: 'r',
            parts: ['injury', 'vehicle'],
            total: 'amount',
            tolerance: 0,
            severity: 'error',
          },
        ],
      },
      'business_rules.r',
      '"vehicle" is no column of the blueprint',
    ],
    [
      'a fairness group',
      { fairness: { columns: ['gender'] } },
      'fairness.columns',
      '"gender" is no column of the blueprint',
    ],
    [
      'a split by time without a time',
      { split: { kind: 'time' }, columns: withoutColumn('on') },
      'split.kind',
      'is "time" but no column has the role event_time',
    ],
    [
      'a split by group without an entity',
      { split: { kind: 'grouped' }, columns: withoutColumn('customer') },
      'split.kind',
      'is "grouped" but no column has the role entity',
    ],
    [
      'a pattern that does not compile',
      { columns: [...blueprint.columns, { name: 'id', role: 'id', type: 'text', pattern: '([' }] },
      'columns.id.pattern',
      '"([" is no regular expression',
    ],
    [
      'a range without values',
      {
        columns: [
          ...blueprint.columns,
          { name: 'age', role: 'numeric', type: 'number', exclusive_minimum: 9, maximum: 5 },
        ],
      },
      'columns.age.maximum',
      '5 is below the minimum 9',
    ],
    [
      'candidates of one name',
      { candidates: [...blueprint.candidates, { name: 'logistic', kind: 'xgboost' }] },
      'candidates.logistic',
      'is declared twice',
    ],
  ])('refuses %s', (_, change, field, problem) => {
    const problems = problemsOf({ ...blueprint, ...change })
    expect(problems).toEqual([expect.objectContaining({ field, problem })])
    expect(problems[0]?.allowed).toMatch(/./)
  })

  test('tells all faults at once, the first in its message', () => {
    const value = { ...blueprint, label: { column: 'x', positive: 1 }, fairness: { columns: ['y', 'z'] } }
    expect(problemsOf(value).map((problem) => problem.field)).toEqual([
      'label.column',
      'fairness.columns',
      'fairness.columns',
    ])
    expect(() => parseBlueprint(value)).toThrow('label.column "x" is no column of role label')
  })

  test.each<[string, unknown, string, string | undefined]>([
    ['an unknown key', { ...blueprint, colums: [] }, '(whole)', undefined],
    [
      'an unknown role',
      { ...blueprint, columns: [{ name: 'a', role: 'target', type: 'number' }] },
      'columns.0.role',
      'numeric',
    ],
    ['too few folds', { ...blueprint, split: { kind: 'stratified', folds: 1 } }, 'split.folds', 'at least 2'],
    [
      'a share of one',
      { ...blueprint, split: { kind: 'stratified', test_share: 1 } },
      'split.test_share',
      'below 1',
    ],
    ['a name with a space', { ...blueprint, name: 'my claims' }, 'name', '^[a-z]'],
    ['a later format', { ...blueprint, format_version: 2 }, 'format_version', '1'],
    ['a wrong type', { ...blueprint, columns: 'all' }, 'columns', 'array'],
    [
      'bands out of order',
      { ...blueprint, policy: { bands: { medium: 0.6, high: 0.3, critical: 0.8 } } },
      'policy.bands',
      undefined,
    ],
    ['something else', 5, '(whole)', 'object'],
  ])('a shape fault names its place: %s', (_, value, field, allowed) => {
    const [problem] = problemsOf(value)
    expect(problem?.field).toBe(field)
    if (allowed === undefined) expect(problem?.problem).toMatch(/colums|medium < high/)
    else expect(problem?.allowed).toContain(allowed)
  })
})

describe('how numbers and dates are written', () => {
  const withColumn = (column: BlueprintInput['columns'][number], more: object = {}): BlueprintInput => ({
    ...blueprint,
    columns: [...blueprint.columns, column],
    ...more,
  })

  test.each([
    'iso',
    'dmy',
    'yyyymmdd',
    'excel_serial',
    'DD.MM.YYYY HH:mm',
    'D MMM YY',
    'YYYY-MM-DD[T]hh:mm A Z',
  ])('the date format %s is valid', (date_format) => {
    expect(problemsOf(withColumn({ name: 'd', role: 'date', type: 'timestamp', date_format }))).toEqual([])
  })

  test.each([
    ['DD.MM', /names no year/],
    ['DD.MM.YYYY DD', /names the day twice/],
    ['DD.MM.YYYY hh:mm', /h and A stand together/],
    ['dd.mm.yyyy', /"dd.mm.yyyy" is no part of a date/],
    ['american', /is no part of a date/],
    ['YYYY-MM-DDTHH', /is no part of a date/],
  ])('the date format %s is refused', (date_format, problem) => {
    expect(problemsOf(withColumn({ name: 'd', role: 'date', type: 'timestamp', date_format }))).toMatchObject(
      [{ field: 'columns.d.date_format', problem: expect.stringMatching(problem) as unknown }],
    )
  })

  test('a format of another type and a sign with two meanings are refused', () => {
    expect(
      problemsOf(withColumn({ name: 'd', role: 'text', type: 'text', date_format: 'dmy' }))[0]?.problem,
    ).toBe('the column is of type text')
    expect(
      problemsOf(withColumn({ name: 'd', role: 'text', type: 'text', number_format: { percent: true } }))[0]
        ?.problem,
    ).toBe('the column is of type text')
    expect(
      problemsOf(
        withColumn({
          name: 'd',
          role: 'numeric',
          type: 'number',
          number_format: { decimal: 'comma', grouping: 'comma' },
        }),
      )[0]?.problem,
    ).toMatch(/both decimal sign and between groups/)
  })

  test('reading is the default of columns that do not say it', () => {
    const { columns } = parseBlueprint(
      withColumn(
        { name: 'd', role: 'numeric', type: 'number', number_format: { decimal: 'point' } },
        { reading: { decimal: 'comma', dates: 'dmy' } },
      ),
    )
    const format = (name: string): unknown => columns.find((column) => column.name === name)?.number_format
    expect(format('amount')).toEqual({ decimal: 'comma', grouping: 'none', percent: false })
    expect(format('d')).toMatchObject({ decimal: 'point' })
    expect(columns.find(({ name }) => name === 'on')?.date_format).toBe('dmy')
    expect(format('fraud')).toBeUndefined()
  })
})
