import { describe, expect, test } from '@jest/globals'
import { metricNames } from '@claims/contracts'
import { compareCandidates, defaultResamples, selectCandidate, summarizeFolds } from '../src/index.ts'
import { metricTable } from '../src/metrics/metric-table.ts'

const auc = { metric: 'roc_auc', higherIsBetter: true }
const folds = (mean: number, ...by: number[]): number[] => by.map((each) => mean + each)
const of = (name: string, complexity: number, values: readonly number[]) => ({
  name,
  complexity,
  folds: values,
})

describe('which candidate is taken', () => {
  // Folds 0.01 apart have a standard deviation of 0.01, and a mean of three of them an error of 0.0058.
  const best = of('best', 1, folds(0.8, -0.01, 0, 0.01))
  const error = 0.01 / Math.sqrt(3)
  const noisy = [0.03, -0.04, 0.01]

  test('a simpler one whose mean is within one standard error of the best', () => {
    const at = (gap: number): string =>
      selectCandidate([of('simple', 0, folds(0.8 - gap, ...noisy)), best], auc).name
    expect(at(error - 1e-9)).toBe('simple')
    expect(at(error + 1e-4)).toBe('best')
  })

  test('not one that differs the same way in every fold, however little', () => {
    const near = of('simple', 0, folds(0.8 - error / 2, -0.01, 0, 0.01))
    expect(selectCandidate([near, best], auc)).toMatchObject({ name: 'best', comparisons: [{ p_value: 0 }] })
  })

  test('not one of the same complexity; of several the simplest, then the better', () => {
    expect(selectCandidate([of('other', 1, folds(0.799, ...noisy)), best], auc).name).toBe('best')
    const three = [
      of('middle', 2, folds(0.7999, ...noisy)),
      of('low', 1, folds(0.798, ...noisy)),
      of('low too', 1, folds(0.799, ...noisy)),
      { ...best, complexity: 3 },
    ]
    expect(selectCandidate(three, auc).name).toBe('low too')
    const losses = three.map((each) => ({ ...each, folds: each.folds.map((value) => 1 - value) }))
    expect(selectCandidate(losses, { metric: 'log_loss', higherIsBetter: false })).toMatchObject({
      name: 'low too',
      best: 'best',
    })
  })

  test('says of what, and who was stopped', () => {
    const rule = (names: readonly string[], ...candidates: Parameters<typeof selectCandidate>[0]): string =>
      selectCandidate(candidates, { ...auc, stopped: names }).rule
    expect(rule([], best)).toBe('best is the only candidate (mean roc_auc 0.8000)')
    expect(rule(['a'], best)).toMatch(
      /^best has the best mean .*\(0\.8000\); a could not win and was stopped$/,
    )
    expect(rule(['a', 'b'], best)).toMatch(/; a and b could not win and were stopped$/)
    expect(rule([], best, of('other', 2, folds(0.7, ...noisy)))).toMatch(
      /no simpler candidate is within noise of it$/,
    )
    expect(rule([], best, of('simple', 0, folds(0.799, ...noisy)))).toMatch(
      /simple \(0\.7990\) is simpler, .* p = 0\.9\d\) and within one standard error \(0\.0058\), so it is selected$/,
    )
  })

  test('the share of each test part is one of as many as there are folds, where none is given', () => {
    const pair = [best, of('other', 2, folds(0.7, ...noisy))]
    expect(selectCandidate(pair, auc).comparisons).toEqual(
      selectCandidate(pair, { ...auc, testShare: 1 / 3 }).comparisons,
    )
    expect(selectCandidate(pair, { ...auc, testShare: 1 / 2 }).comparisons).not.toEqual(
      selectCandidate(pair, auc).comparisons,
    )
  })
})

test('folds are compared pair by pair, and as many of each', () => {
  const { difference, degrees_of_freedom: degrees } = compareCandidates([0.3, 0.5, 0.7], [0.2, 0.5, 0.3], {
    testShare: 0.2,
  })
  expect([difference, degrees]).toEqual([expect.closeTo(0.5 / 3, 12), 2])
  expect(() => compareCandidates([0.3, 0.5], [0.2], { testShare: 0.2 })).toThrow(
    expect.objectContaining({ code: 'length_mismatch' }),
  )
})

test.each([0, 1, NaN])('%d is no share of the rows', (testShare) => {
  expect(() => summarizeFolds([0.3, 0.5], { testShare })).toThrow(
    expect.objectContaining({ code: 'invalid_parameter' }),
  )
})

test('an interval over folds ends where its metric does', () => {
  const ends = Object.fromEntries(
    metricNames.map((metric) => {
      const { lower, upper } = summarizeFolds([-5, 5, 0], { testShare: 0.3, metric })
      return [metric, [lower, Number.isFinite(upper) && upper > 1 ? 'open' : upper]]
    }),
  )
  const signed = ['gini', 'mcc', 'kappa']
  expect(ends).toEqual(
    Object.fromEntries(
      metricNames.map((metric) => [
        metric,
        [signed.includes(metric) ? -1 : 0, metric === 'log_loss' ? 'open' : 1],
      ]),
    ),
  )
  const open = summarizeFolds([-5, 5, 0], { testShare: 0.3 })
  expect([open.lower < -5, open.upper > 5]).toEqual([true, true])
})

test('a metric at a threshold is not told without one', () => {
  const judged = { target: Uint8Array.of(0, 1), probability: Float64Array.of(0.2, 0.7) }
  const sorted = {
    ...{ rows: 2, positives: 1, negatives: 1, score: Float64Array.of(0.7, 0.2) },
    ...{ positiveCount: Uint32Array.of(1, 0), negativeCount: Uint32Array.of(0, 1) },
  }
  expect(() => metricTable.recall.of({ ...judged, sorted })).toThrow(TypeError)
  expect(metricTable.roc_auc.of({ ...judged, sorted })).toBe(1)
})

test('resamples: 2,000 up to 10,000 rows, 200 from 100,000 on', () => {
  expect([1, 10_000, 10_001, 20_000, 99_999, 100_000, 1e9].map(defaultResamples)).toEqual([
    2_000, 2_000, 2_000, 1_000, 200, 200, 200,
  ])
  expect(defaultResamples(12_345)).toBe(1_620)
})
