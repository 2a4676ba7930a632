import { describe, expect, test } from '@jest/globals'
import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { testEvaluationSchema } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import {
  compareCandidates,
  defaultResamples,
  delongInterval,
  delongVariance,
  evaluateProbabilities,
  rocAuc,
  selectCandidate,
  sortScores,
  summarizeFolds,
  wilsonInterval,
} from '../src/index.ts'
import { readReference } from './reference.ts'

const { cases, folds, proportions } = readReference()

describe('DeLong against its definition over all pairs, tolerance 1e-10', () => {
  test.each(cases)('$name', ({ target, probability, delong }) => {
    const y = Uint8Array.from(target)
    const p = Float64Array.from(probability)
    const sorted = sortScores(y, p)
    expect(Math.abs(delongVariance(sorted) - delong.variance)).toBeLessThan(1e-10)
    const { lower, upper } = delongInterval(sorted, rocAuc(y, p), 0.95)
    expect(delong.interval).not.toBeNull()
    expect(Math.abs(lower - delong.interval![0])).toBeLessThan(1e-10)
    expect(Math.abs(upper - delong.interval![1])).toBeLessThan(1e-10)
  })

  test.each([
    [3, 0.7, 0.9],
    [5, 0.7, 0.92],
    [8, 0.85, 0.9],
  ])(
    'with %i rows of a class and a true AUC of %s the interval holds it in %s',
    (positives, truth, least) => {
      const random = createRandom(positives)
      const apart = Math.SQRT2 * quantile(truth, 0, 1)
      const target = Uint8Array.from({ length: 200 + positives }, (_, row) => (row < positives ? 1 : 0))
      const files = 1000
      let held = 0
      for (let file = 0; file < files; file++) {
        const score = Float64Array.from(target, (label) => random.normal() + apart * label)
        const { lower, upper } = delongInterval(sortScores(target, score), rocAuc(target, score), 0.95)
        held += lower <= truth && truth <= upper ? 1 : 0
      }
      expect(held / files).toBeGreaterThan(least)
    },
  )

  test('a perfect ranking is not certain: Wilson with the smaller class as trials', () => {
    const sorted = sortScores(Uint8Array.of(0, 0, 0, 1, 1), Float64Array.of(0.1, 0.2, 0.3, 0.8, 0.9))
    expect(delongInterval(sorted, 1, 0.95)).toEqual(wilsonInterval(2, 2, 0.95))
  })
})

describe('Wilson against SciPy, tolerance 1e-12', () => {
  test.each(proportions)('$successes of $trials', ({ successes, trials, interval }) => {
    const { lower, upper } = wilsonInterval(successes, trials, 0.95)
    expect(lower).toBeCloseTo(interval[0], 12)
    expect(upper).toBeCloseTo(interval[1], 12)
  })

  test('in an evaluation', () => {
    for (const { target, probability, threshold, wilson } of cases) {
      const { metrics } = evaluateProbabilities({
        target: Uint8Array.from(target),
        probability: Float64Array.from(probability),
        threshold,
        seed: 3,
        resamples: 10,
      })
      for (const name of ['accuracy', 'recall', 'specificity', 'precision'] as const) {
        expect(metrics[name].lower).toBeCloseTo(wilson[name][0], 12)
        expect(metrics[name].upper).toBeCloseTo(wilson[name][1], 12)
      }
    }
  })
})

describe('evaluateProbabilities', () => {
  const made = (rows: number, seed: number): { target: Uint8Array; probability: Float64Array } => {
    const random = createRandom(seed)
    const probability = Float64Array.from(
      { length: rows },
      () => 1 / (1 + Math.exp(2 - 1.2 * random.normal())),
    )
    return { target: Uint8Array.from(probability, (p) => (random.next() < p ? 1 : 0)), probability }
  }

  test('has the contract’s shape, holds every value in its interval and repeats with the seed', () => {
    const input = { ...made(150, 5), threshold: 0.3, seed: 11 }
    const first = evaluateProbabilities(input)
    expect(testEvaluationSchema.parse(first)).toEqual(first)
    for (const { value, lower, upper } of Object.values(first.metrics)) {
      expect(lower).toBeLessThanOrEqual(value)
      expect(upper).toBeGreaterThanOrEqual(value)
    }
    expect(evaluateProbabilities(input)).toEqual(first)
    expect(evaluateProbabilities({ ...input, seed: 12 }).metrics.brier).not.toEqual(first.metrics.brier)
    expect(first.intervals.method).toContain('2000 resamples, seed 11')
  })

  test('intervals of the Brier score hold the expected score in about 95 of 100 samples', () => {
    const random = createRandom(99)
    let held = 0
    const samples = 60
    for (let s = 0; s < samples; s++) {
      const probability = Float64Array.from({ length: 200 }, () => random.next())
      const target = Uint8Array.from(probability, (p) => (random.next() < p ? 1 : 0))
      const { brier } = evaluateProbabilities({
        target,
        probability,
        threshold: 0.5,
        seed: s,
        resamples: 200,
      }).metrics
      if (brier.lower <= 1 / 6 && 1 / 6 <= brier.upper) held++
    }
    expect(held / samples).toBeGreaterThan(0.85)
    expect(held / samples).toBeLessThanOrEqual(1)
  })

  test('uses fewer resamples for large sets', () => {
    expect([defaultResamples(1000), defaultResamples(50_000), defaultResamples(135_000)]).toEqual([
      2000, 400, 200,
    ])
  })
})

describe('folds against SciPy, tolerance 1e-12', () => {
  test.each(folds)('mean $mean', (reference) => {
    const summary = summarizeFolds(reference.values, { testShare: reference.test_share })
    expect(summary.value).toBeCloseTo(reference.mean, 12)
    expect(summary.standard_error).toBeCloseTo(reference.standard_error, 12)
    expect(summary.lower).toBeCloseTo(reference.lower, 12)
    expect(summary.upper).toBeCloseTo(reference.upper, 12)
    const zeros = reference.values.map(() => 0)
    const compared = compareCandidates(reference.values, zeros, { testShare: reference.test_share })
    expect(compared.statistic / reference.statistic).toBeCloseTo(1, 12)
    expect(compared.p_value).toBeCloseTo(reference.p_value, 12)
    expect([compared.lower, compared.upper]).toEqual([summary.lower, summary.upper])
  })

  test('an interval stays in the metric’s range', () => {
    expect(summarizeFolds([0.9, 1, 1, 1, 0.95], { testShare: 0.2, metric: 'roc_auc' }).upper).toBe(1)
    expect(() => summarizeFolds([0.9], { testShare: 0.2 })).toThrow(/needs two/)
    expect(() => summarizeFolds([0.9, NaN], { testShare: 0.2 })).toThrow(/fold 1 is NaN/)
  })

  test('equal folds are equal, constant differences are certain', () => {
    expect(compareCandidates([0.5, 0.6], [0.5, 0.6], { testShare: 0.5 }).p_value).toBe(1)
    expect(compareCandidates([0.5, 0.75], [0.25, 0.5], { testShare: 0.5 })).toMatchObject({
      p_value: 0,
      statistic: Infinity,
    })
  })
})

describe('selectCandidate', () => {
  const auc = { metric: 'roc_auc', higherIsBetter: true }
  const simple = { name: 'logistic', complexity: 0, folds: [0.84, 0.86, 0.85, 0.83, 0.86] }

  test('takes the simpler candidate within noise', () => {
    const complex = { name: 'xgboost', complexity: 1, folds: [0.845, 0.855, 0.852, 0.836, 0.857] }
    const selection = selectCandidate([simple, complex], auc)
    expect(selection).toMatchObject({ name: 'logistic', best: 'xgboost' })
    expect(selection.rule).toMatch(/logistic .* is simpler, not significantly different/)
  })

  test('takes the better candidate beyond noise', () => {
    const complex = { name: 'xgboost', complexity: 1, folds: [0.89, 0.91, 0.9, 0.88, 0.91] }
    expect(selectCandidate([simple, complex], auc)).toMatchObject({ name: 'xgboost', best: 'xgboost' })
  })

  test('never takes a more complex candidate that is no better, and follows the direction', () => {
    const complex = { ...simple, name: 'xgboost', complexity: 1 }
    expect(selectCandidate([complex, simple], auc).name).toBe('logistic')
    const losses = [
      { name: 'a', complexity: 0, folds: [0.5, 0.51, 0.52] },
      { name: 'b', complexity: 1, folds: [0.3, 0.31, 0.32] },
    ]
    expect(selectCandidate(losses, { metric: 'log_loss', higherIsBetter: false }).name).toBe('b')
    expect(() => selectCandidate([], auc)).toThrow(/no candidate/)
  })
})
