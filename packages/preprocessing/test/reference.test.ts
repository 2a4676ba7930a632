import { readFileSync } from 'node:fs'
import { categoryColumn, createRandom, Frame, numberColumn, quantiles, textColumn } from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import { fitSteps, preprocessingSteps } from '../src/index.ts'

type Numbers = readonly (number | null)[]

const reference = JSON.parse(
  readFileSync(
    new URL('../../../tooling/reference/values/preprocessing-steps.json', import.meta.url),
    'utf8',
  ),
) as {
  standardize: Record<string, { values: Numbers; scaled: Numbers }>
  numbers: { values: Numbers; qs: number[]; quantiles: number[]; mean: number; clipped: Numbers }
  categories: {
    fitted: (string | null)[]
    target: number[]
    scored: (string | null)[]
    one_hot: { levels: (string | null)[]; rows: number[][] }
    target_encode: { smoothing: number; prior: number; values: number[] }[]
  }
  tf_idf: {
    texts: string[]
    minimum_document_count: number
    maximum_document_share: number
    maximum_features: number
    tokens: string[]
    inverse_document_frequencies: number[]
    rows: number[][]
  }
}

const column = (values: Numbers): Float64Array => Float64Array.from(values, (value) => value ?? NaN)

function fit(
  frame: Frame,
  specification: { kind: string; parameters: Record<string, unknown> },
  target?: number[],
) {
  return fitSteps(preprocessingSteps, [specification], {
    frame,
    target: Uint8Array.from(target ?? new Array<number>(frame.rows).fill(0)),
    context: { roles: new Map(), random: createRandom(1) },
  }).fitted
}

function expectClose(actual: ArrayLike<number>, expected: Numbers, tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => {
    if (value === null) expect(actual[i]).toBeNaN()
    else expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)))
  })
}

describe('scikit-learn and NumPy', () => {
  test.each([
    ['normal', 1e-12],
    // At 1e9 a double has 1.2e-7 between neighbours, 1e-5 of this column's deviation; both sums round.
    ['far_from_zero', 1e-4],
    ['constant', 1e-16],
    ['whole', 1e-12],
  ])('standardize: StandardScaler, %s within %d', (name, tolerance) => {
    const { values, scaled } = reference.standardize[name]!
    const frame = Frame.fromColumns({ x: numberColumn(column(values)) })
    const out = fit(frame, { kind: 'standardize', parameters: {} }).transform(frame)
    expectClose(out.number('x'), scaled, tolerance)
  })

  test('quantiles: nanquantile within 1e-14', () => {
    const { values, qs, quantiles: expected } = reference.numbers
    expectClose(quantiles(column(values), qs), expected, 1e-14)
  })

  test('clip_quantiles: clip at nanquantile within 1e-14', () => {
    const { values, clipped } = reference.numbers
    const frame = Frame.fromColumns({ x: numberColumn(column(values)) })
    const fitted = fit(frame, { kind: 'clip_quantiles', parameters: { lower: 0.05, upper: 0.9 } })
    expectClose(fitted.transform(frame).number('x'), clipped, 1e-14)
  })

  test('impute: nanmedian and nanmean within 1e-14', () => {
    const { values, quantiles: expected, qs, mean } = reference.numbers
    const frame = Frame.fromColumns({ x: numberColumn(column(values)) })
    for (const [strategy, fill] of [
      ['median', expected[qs.indexOf(0.5)]!],
      ['mean', mean],
    ] as const) {
      const out = fit(frame, { kind: 'impute', parameters: { strategy } }).transform(frame)
      expectClose(
        out.number('x'),
        values.map((value) => value ?? fill),
        1e-14,
      )
    }
  })

  test('one_hot: OneHotEncoder that ignores unknown levels, exactly', () => {
    const { fitted, scored, one_hot } = reference.categories
    const steps = fit(Frame.fromColumns({ type: categoryColumn(fitted) }), {
      kind: 'one_hot',
      parameters: {},
    })
    const out = steps.transform(Frame.fromColumns({ type: categoryColumn(scored) }))
    expect(out.names.length).toBe(one_hot.levels.length)
    one_hot.levels.forEach((level, j) => {
      expect([...out.number(`type=${level ?? '(missing)'}`)]).toEqual(one_hot.rows.map((row) => row[j]))
    })
  })

  test.each(reference.categories.target_encode)(
    'target_encode: TargetEncoder(smooth=$smoothing) within 1e-14',
    ({ smoothing, values }) => {
      const { fitted, target, scored } = reference.categories
      const frame = Frame.fromColumns({ type: categoryColumn(fitted) })
      const steps = fit(frame, { kind: 'target_encode', parameters: { smoothing } }, target)
      const out = steps.transform(Frame.fromColumns({ type: categoryColumn(scored) }))
      expect(out.names).toEqual(['type_target_rate'])
      expectClose(out.number('type_target_rate'), values, 1e-14)
    },
  )

  test('tf_idf: TfidfVectorizer within 1e-14', () => {
    const { texts, tokens, inverse_document_frequencies, rows, ...limits } = reference.tf_idf
    const frame = Frame.fromColumns({ story: textColumn(texts) })
    const fitted = fit(frame, { kind: 'tf_idf', parameters: { column: 'story', ...limits } })
    const out = fitted.transform(frame)
    expect(out.names).toEqual(['story', ...tokens.map((token) => `story:${token}`)])
    const [saved] = fitted.toState()
    expectClose(saved!.state['inverse_document_frequencies'] as number[], inverse_document_frequencies, 1e-14)
    tokens.forEach((token, j) => {
      expectClose(
        out.number(`story:${token}`),
        rows.map((row) => row[j]!),
        1e-14,
      )
    })
  })
})
