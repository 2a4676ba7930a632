import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
} from '@claims/frame'
import { expect, test } from '@jest/globals'
import { preprocessingSteps } from '../src/index.ts'
import { describeStep } from '../src/testing/index.ts'

const rows = 24
const cycle = <T>(values: readonly T[]): T[] =>
  Array.from({ length: rows }, (_, i) => values[i % values.length]!)

const frame = Frame.fromColumns({
  amount: numberColumn(cycle([120.5, NaN, 3000.1, 0.3, 42])),
  age: numberColumn(cycle([31, 45, 60])),
  nothing: numberColumn(new Float64Array(rows).fill(NaN)),
  constant: numberColumn(new Float64Array(rows).fill(0.1)),
  type: categoryColumn(cycle(['auto', 'home', null, 'auto', 'health', 'auto', 'life'])),
  size: categoryColumn(cycle(['small', 'large', 'medium', 'huge', null])),
  story: textColumn(cycle(["The car didn't stop", 'Fire in the kitchen, car outside', null, 'kitchen fire'])),
  insured: booleanColumn(cycle([true, false, null])),
  when: timestampColumn(cycle([Date.UTC(2024, 1, 29), NaN])),
})
const target = Uint8Array.from(cycle([0, 1, 0, 0, 1]))

const cases: Readonly<Record<string, readonly unknown[]>> = {
  impute: [
    {},
    { columns: ['amount', 'insured', 'nothing'], strategy: 'mean' },
    { strategy: 'constant', value: -1, missing_flags: false },
  ],
  impute_category: [{}, { strategy: 'mode', columns: ['size'] }],
  rare_levels: [{}, { minimum_share: 0.2 }, { minimum_count: 5, other: 'auto' }],
  one_hot: [{}, { maximum_levels: 2, drop_source: false }],
  ordinal: [{ levels: { size: ['small', 'medium', 'large'] } }],
  target_encode: [{}, { columns: ['type'], smoothing: 0, folds: 3 }],
  standardize: [{}, { columns: ['age', 'insured'] }],
  clip_quantiles: [{}, { columns: ['amount'], lower: 0.25, upper: 0.75 }],
  drop: [{ columns: ['age', 'story'] }, { columns: 'timestamp' }],
  tf_idf: [{ column: 'story', minimum_document_count: 2 }],
}

for (const definition of preprocessingSteps) {
  for (const parameters of cases[definition.kind] ?? []) {
    describeStep(
      `${definition.kind} ${JSON.stringify(parameters)}`,
      { definition, parameters, frame, target },
      definition.kind === 'drop'
        ? { unsupported: { 'names a missing column': 'dropping an absent column is no error' } }
        : {},
    )
  }
}

test('every kind has a case', () => {
  expect(Object.keys(cases).sort()).toEqual(preprocessingSteps.map(({ kind }) => kind).sort())
})
