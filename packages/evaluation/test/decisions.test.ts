import { describe, expect, test } from '@jest/globals'
import {
  costEvaluationSchema,
  policySchema,
  type Blueprint,
  type SelectionConstraints,
} from '@claims/contracts'
import fc from 'fast-check'
import {
  buildPolicy,
  checkConstraints,
  chooseThreshold,
  confusion,
  decide,
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

  test('refuses scores that are no probabilities', () => {
    expect(() =>
      chooseThreshold({
        target: Uint8Array.of(0, 1),
        probability: Float64Array.of(-2, 3),
        costs,
        constraints: {},
      }),
    ).toThrow(/chosen on probabilities/)
  })
})

describe('policy', () => {
  const blueprintOf = (
    medium: number,
    high: number,
    critical: number,
  ): Pick<Blueprint, 'policy' | 'costs'> => ({
    policy: {
      bands: { medium, high, critical },
      decisions: [
        { from: 0, decision: 'auto_approve' },
        { from: 'threshold', decision: 'manual_review' },
      ],
    },
    costs,
  })
  const policyAt = (value: number, bands: Pick<Blueprint, 'policy' | 'costs'> = blueprintOf(0.3, 0.6, 0.8)) =>
    buildPolicy({
      threshold: { value, chosen_on: 'validation', rule: 'minimum expected cost' },
      blueprint: bands,
    })

  test('level, band and threshold never disagree', () => {
    const unit = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true })
    const edges = fc
      .tuple(unit, unit, unit)
      .map((values) => [...values].sort((a, b) => a - b) as [number, number, number])
      .filter(([a, b, c]) => a < b && b < c)
    fc.assert(
      fc.property(unit, edges, fc.double({ min: 0, max: 1, noNaN: true }), (threshold, bands, other) => {
        const policy = policyAt(threshold, blueprintOf(...bands))
        expect(policySchema.parse(policy)).toEqual(policy)
        for (const probability of [other, threshold, ...Object.values(policy.bands)]) {
          const { risk_level: level, risk_band: band, decision } = decide(policy, probability)
          expect(level).toBe(probability >= threshold ? 'high' : 'low')
          expect(decision).toBe(level === 'high' ? 'manual_review' : 'auto_approve')
          if (band === 'LOW') expect(level).toBe('low')
          if (band === 'HIGH' || band === 'CRITICAL') expect(level).toBe('high')
        }
      }),
    )
  })

  test('moves only the edges that would contradict', () => {
    expect(policyAt(0.4).bands).toEqual({ medium: 0.3, high: 0.6, critical: 0.8 })
    expect(policyAt(0.12).bands).toEqual({ medium: 0.12, high: 0.6, critical: 0.8 })
    expect(policyAt(0.7).bands).toEqual({ medium: 0.3, high: 0.7, critical: 0.8 })
    expect(policyAt(0.9).bands).toEqual({ medium: 0.3, high: 0.9, critical: 0.95 })
    expect(policyAt(0.9).declared_bands).toEqual({ medium: 0.3, high: 0.6, critical: 0.8 })
  })

  test.each([0, 1, NaN, -0.1])('refuses a threshold of %s', (value) => {
    expect(() => policyAt(value)).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
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
