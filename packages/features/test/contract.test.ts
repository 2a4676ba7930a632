import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
} from '@claims/frame'
import { describeStep } from '@claims/preprocessing/testing'
import { expect, test } from '@jest/globals'
import { featureSteps } from '../src/index.ts'

const rows = 20
const cycle = <T>(values: readonly T[]): T[] =>
  Array.from({ length: rows }, (_, i) => values[i % values.length]!)

const frame = Frame.fromColumns({
  amount: numberColumn(cycle([120.5, NaN, 3000.1, -0.3, 42])),
  coverage: numberColumn(cycle([1000, 0, NaN])),
  insured: booleanColumn(cycle([true, false, null])),
  start: timestampColumn(cycle([Date.UTC(2019, 11, 31), NaN, Date.UTC(1969, 6, 20, 20, 17)])),
  claimed: timestampColumn(cycle([Date.UTC(2024, 1, 29, 23, 59), Date.UTC(2021, 0, 3), NaN])),
  claim_type: categoryColumn(cycle(['auto', 'home', null, 'auto'])),
  policy_type: categoryColumn(cycle(['home', 'home', 'auto'])),
  story: textColumn(cycle(["He didn't stop", 'Fire; total loss', null, ''])),
})
const target = Uint8Array.from(cycle([0, 1, 0, 0, 1]))

const output = 'made'
const cases: Readonly<Record<string, readonly unknown[]>> = {
  date_parts: [
    {},
    {
      columns: ['claimed'],
      parts: ['year', 'month', 'day', 'day_of_week', 'is_weekend', 'hour', 'week', 'quarter', 'season'],
      cyclic: true,
      drop_source: false,
    },
  ],
  days_between: [{ from: 'start', to: 'claimed', output }],
  ratio: [
    { numerator: 'amount', denominator: 'coverage', output },
    { numerator: 'amount', denominator: 'coverage', denominator_floor: 1, multiply: 12, output },
  ],
  difference: [{ left: 'amount', right: 'insured', output }],
  sum: [{ columns: ['amount', 'coverage', 'insured'], output }],
  product: [{ left: 'amount', right: 'amount', output }],
  log1p: [{ column: 'amount', output: 'amount' }],
  flag: [
    { column: 'amount', operator: '>=', quantile: 0.75, output },
    { column: 'amount', operator: '<', value: 42, output },
  ],
  bins: [{ column: 'amount', edges: [0, 100], labels: ['debt', 'small', 'large'], output }],
  equals: [
    { left: 'claim_type', right: 'policy_type', output },
    { left: 'story', right: 'claim_type', output },
    { left: 'amount', right: 'coverage', output },
    { left: 'start', right: 'claimed', output },
    { left: 'insured', right: 'insured', output },
  ],
  item_count: [{ column: 'story', output }],
  text_length: [{ column: 'story', output }],
  contains_words: [{ column: 'story', words: ['total loss', 'didn’t'], output }],
}

for (const definition of featureSteps) {
  for (const parameters of cases[definition.kind] ?? []) {
    describeStep(`${definition.kind} ${JSON.stringify(parameters)}`, {
      definition,
      parameters,
      frame,
      target,
    })
  }
}

test('every kind has a case', () => {
  expect(Object.keys(cases).sort()).toEqual(featureSteps.map(({ kind }) => kind).sort())
})
