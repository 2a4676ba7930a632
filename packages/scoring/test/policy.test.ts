import { describe, expect, test } from '@jest/globals'
import { policySchema, type Blueprint } from '@claims/contracts'
import { buildPolicy, decide } from '@claims/scoring'
import fc from 'fast-check'

const costs = { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 }

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

  test.each([1e-9, 1 - 1e-9])('a threshold of %s leaves room for the bands', (value) => {
    const { medium, high, critical } = policyAt(value).bands
    expect(medium <= value && value <= high && high < critical && critical < 1).toBe(true)
  })

  test('keeps what bounded the threshold, and a use case without costs has none', () => {
    const threshold = { value: 0.4, chosen_on: 'validation' as const, rule: 'r' }
    const plain = buildPolicy({ threshold, blueprint: blueprintOf(0.3, 0.6, 0.8) })
    expect(plain.threshold).toEqual(threshold)
    expect(plain.costs).toEqual(costs)
    const bound = buildPolicy({
      threshold: { ...threshold, bound_by: ['review_capacity'] },
      blueprint: { ...blueprintOf(0.3, 0.6, 0.8), costs: null },
    })
    expect(bound).toMatchObject({ threshold: { bound_by: ['review_capacity'] }, costs: null })
  })

  test.each([0, 0.9e-9, 1 - 0.9e-9, 1, NaN, -0.1])('refuses a threshold of %s', (value) => {
    expect(() => policyAt(value)).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
  })
})
