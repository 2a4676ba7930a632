import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { costEvaluationSchema, type SelectionConstraints } from '@claims/contracts'
import {
  checkConstraints,
  chooseThreshold,
  confusion,
  evaluateCost,
  evaluateProbabilities,
} from '../src/index.ts'

const costs = { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 }
const target = Uint8Array.of(0, 0, 0, 1, 0, 1, 1)
const probability = Float64Array.of(0.05, 0.1, 0.2, 0.3, 0.5, 0.6, 0.9)

describe('evaluateCost', () => {
  test('keeps every part apart and compares with the cheaper baseline', () => {
    const cost = evaluateCost({ target, probability, threshold: 0.4, costs })
    expect(costEvaluationSchema.parse(cost)).toEqual({
      currency: 'USD',
      false_negative_cost: 10_000,
      review_cost: 450,
      false_positive_cost: 500,
      total: 10_950,
      per_claim: 10_950 / 7,
      manual_review_share: 3 / 7,
      automation_rate: 4 / 7,
      auto_approved_positives: 1,
      auto_approved_positive_share: 1 / 4,
      baseline: 'review_all',
      intervals: null,
      baseline_total: 7 * 150 + 4 * 500,
      saved: 3050 - 10_950,
    })
  })

  test('of no rows is nothing, and of rows without a flag none is reviewed', () => {
    const none = evaluateCost({
      target: new Uint8Array(0),
      probability: new Float64Array(0),
      threshold: 0.4,
      costs,
      seed: 1,
    })
    expect(none).toMatchObject({
      ...{ total: 0, per_claim: 0, manual_review_share: 0, automation_rate: 0 },
      ...{ auto_approved_positive_share: 0, baseline_total: 0, saved: 0, intervals: null },
    })
    const all = evaluateCost({ target, probability, threshold: 0.01, costs })
    expect(all).toMatchObject({ manual_review_share: 1, automation_rate: 0, auto_approved_positive_share: 0 })
    expect(evaluateCost({ target, probability, threshold: 0.95, costs })).toMatchObject({
      manual_review_share: 0,
    })
  })

  test('reviewing is the baseline where both cost as much', () => {
    // 7 reviews and 4 needless ones are 3,050, three misses as much.
    const even = { ...costs, false_negative: 3050 / 3 }
    expect(evaluateCost({ target, probability, threshold: 0.4, costs: even }).baseline).toBe('review_all')
  })

  test('approving every claim is the baseline where misses are cheap', () => {
    const cheap = { ...costs, false_negative: 100 }
    expect(evaluateCost({ target, probability, threshold: 0.4, costs: cheap })).toMatchObject({
      baseline: 'approve_all',
      baseline_total: 300,
    })
  })
})

describe('chooseThreshold', () => {
  const constraint = (): fc.Arbitrary<number | undefined> => fc.constantFrom(undefined, 0.2, 0.5, 0.8, 1)
  const sets = fc.record({
    pairs: fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 30 }),
    minRecall: constraint(),
    minAccuracy: constraint(),
    maxRate: constraint(),
    falseNegative: fc.integer({ min: 0, max: 3000 }),
  })

  test('is no dearer than any threshold that keeps the constraints, and keeps them itself', () => {
    fc.assert(
      fc.property(sets, ({ pairs, minRecall, minAccuracy, maxRate, falseNegative }) => {
        const y = Uint8Array.from(pairs, ([positive]) => (positive ? 1 : 0))
        const p = Float64Array.from(pairs, ([, score]) => score / 12)
        const own = { ...costs, false_negative: falseNegative }
        const constraints: SelectionConstraints = {
          ...(minRecall === undefined ? {} : { min_recall: minRecall }),
          ...(minAccuracy === undefined ? {} : { min_accuracy: minAccuracy }),
          ...(maxRate === undefined ? {} : { max_false_positive_rate: maxRate }),
        }
        const keeps = (threshold: number): boolean => {
          const { tn, fp, fn, tp } = confusion(y, p, threshold)
          const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
          return (
            share(tp, tp + fn) >= (minRecall ?? 0) &&
            share(tp + tn, y.length) >= (minAccuracy ?? 0) &&
            1 - share(tn, tn + fp) <= (maxRate ?? 1)
          )
        }
        const total = (threshold: number): number =>
          evaluateCost({ target: y, probability: p, threshold, costs: own }).total
        const chosen = chooseThreshold({ target: y, probability: p, costs: own, constraints })
        expect(chosen.value).toBeGreaterThan(0)
        expect(chosen.value).toBeLessThan(1)
        expect(chosen.cost).toBe(total(chosen.value))
        expect(chosen.feasible).toBe(keeps(chosen.value))
        const grid = Array.from({ length: 47 }, (_, i) => (i + 1) / 48)
        expect(chosen.feasible).toBe(grid.some(keeps))
        for (const threshold of grid) {
          if (chosen.feasible && !keeps(threshold)) continue
          expect(chosen.cost).toBeLessThanOrEqual(total(threshold))
        }
      }),
    )
  })

  test('lies midway between scores and says its rule', () => {
    expect(chooseThreshold({ target, probability, costs, constraints: {} })).toEqual({
      value: 0.25,
      cost: 4 * 150 + 500,
      feasible: true,
      boundBy: [],
      rule: 'minimum expected cost',
    })
    expect(
      chooseThreshold({ target, probability, costs, constraints: { max_false_positive_rate: 0 } }),
    ).toEqual({
      value: 0.55,
      cost: 10_300,
      feasible: true,
      boundBy: ['false positive rate <= 0'],
      rule: 'minimum expected cost with false positive rate <= 0',
    })
    const impossible = chooseThreshold({
      target,
      probability,
      costs,
      constraints: { min_recall: 1, min_accuracy: 0.9 },
    })
    expect(impossible).toMatchObject({ value: 0.25, feasible: false, boundBy: [] })
    expect(impossible.rule).toContain('no threshold meets recall >= 1, accuracy >= 0.9 together')
  })

  test('names only the limits that moved it', () => {
    const within = chooseThreshold({
      target,
      probability,
      costs,
      constraints: { min_recall: 0.5, max_false_positive_rate: 0 },
    })
    expect(within).toMatchObject({ value: 0.55, boundBy: ['false positive rate <= 0'] })
    const idle = chooseThreshold({ target, probability, costs, constraints: { min_recall: 0.5 } })
    expect(idle).toMatchObject({ value: 0.25, boundBy: [], rule: 'minimum expected cost with recall >= 0.5' })
  })

  describe('without costs', () => {
    test('flags as many rows as are positive, and says so', () => {
      expect(chooseThreshold({ target, probability, costs: null, constraints: {} })).toEqual({
        value: 0.4,
        cost: null,
        feasible: true,
        boundBy: [],
        rule: 'as large a share flagged as there are positives',
      })
    })

    test('a limit moves it no further than it must', () => {
      expect(
        chooseThreshold({ target, probability, costs: null, constraints: { min_recall: 1 } }),
      ).toMatchObject({
        value: 0.25,
        boundBy: ['recall >= 1'],
        rule: 'as near to the share of positives as the limits allow: recall >= 1',
      })
    })

    test('no other cut flags a number nearer to the positives; ties are kept together', () => {
      fc.assert(
        fc.property(sets, ({ pairs }) => {
          const y = Uint8Array.from(pairs, ([positive]) => (positive ? 1 : 0))
          const p = Float64Array.from(pairs, ([, score]) => score / 12)
          const positives = y.reduce((sum, value) => sum + value, 0)
          const away = (threshold: number): number =>
            Math.abs(p.filter((score) => score >= threshold).length - positives)
          const { value } = chooseThreshold({ target: y, probability: p, costs: null, constraints: {} })
          for (let i = 1; i < 48; i++) expect(away(value)).toBeLessThanOrEqual(away(i / 48))
          expect(p).not.toContain(value)
        }),
      )
    })
  })

  test.each([
    [-0.1, 0.3],
    [0.3, 1.1],
  ])('refuses scores that are no probabilities: %d and %d', (low, high) => {
    const of = (...scores: number[]) =>
      chooseThreshold({
        target: Uint8Array.of(0, 1, 0, 1),
        probability: Float64Array.of(0.2, 0.4, ...scores),
        costs,
        constraints: {},
      })
    expect(() => of(low, high)).toThrow(expect.objectContaining({ code: 'invalid_value' }))
    expect(of(0, 1).value).toBeGreaterThan(0)
  })

  test('leaves room beside 0 and 1: scores of nothing else are cut in the middle', () => {
    const sure = { target: Uint8Array.of(0, 1), probability: Float64Array.of(0, 1) }
    expect(chooseThreshold({ ...sure, costs, constraints: {} })).toMatchObject({ value: 0.5, cost: 150 })
    const near = chooseThreshold({
      target: Uint8Array.of(1, 1),
      probability: Float64Array.of(1e-10, 1 - 1e-10),
      costs,
      constraints: {},
    })
    expect(near.value).toBe(0.5)
  })

  test('lies above the lower of two neighbouring scores, however near they are', () => {
    const next = 0.5 + 2 ** -53
    const { value } = chooseThreshold({
      target: Uint8Array.of(0, 1),
      probability: Float64Array.of(0.5, next),
      costs: { ...costs, false_positive: 10_000 },
      constraints: {},
    })
    expect([value > 0.5, value <= next]).toEqual([true, true])
  })
})

test('checkConstraints compares with the right metric and direction', () => {
  const evaluation = evaluateProbabilities({ target, probability, threshold: 0.25, seed: 1, resamples: 10 })
  const constraints = {
    min_recall: 0.85,
    min_accuracy: 0.9,
    max_false_positive_rate: 0.25,
    min_roc_auc: 0.99,
  }
  expect(checkConstraints(evaluation, constraints)).toEqual([
    { name: 'min_recall', limit: 0.85, value: 1, met: true },
    { name: 'min_accuracy', limit: 0.9, value: 6 / 7, met: false },
    { name: 'max_false_positive_rate', limit: 0.25, value: 0.25, met: true },
    { name: 'min_roc_auc', limit: 0.99, value: 11 / 12, met: false },
  ])
  expect(checkConstraints(evaluation, {})).toEqual([])
})
