import { describe, expect, test } from '@jest/globals'
import { buildPolicy, decide } from '../src/index.ts'

describe('decide', () => {
  const policy = buildPolicy({
    threshold: { value: 0.4, chosen_on: 'validation', rule: 'minimum expected cost' },
    blueprint: {
      policy: {
        bands: { medium: 0.25, high: 0.5, critical: 0.75 },
        decisions: [
          { from: 0, decision: 'auto_approve' },
          { from: 'threshold', decision: 'manual_review' },
        ],
      },
      costs: null,
    },
  })
  const below = (edge: number): number => edge * (1 - Number.EPSILON)

  test.each([
    [0, 'LOW'],
    [below(0.25), 'LOW'],
    [0.25, 'MEDIUM'],
    [below(0.5), 'MEDIUM'],
    [0.5, 'HIGH'],
    [below(0.75), 'HIGH'],
    [0.75, 'CRITICAL'],
    [1, 'CRITICAL'],
  ])('a band starts at its lower edge: %s is %s', (probability, band) => {
    expect(decide(policy, probability).risk_band).toBe(band)
  })

  test.each([NaN, -0.1, 1.1, Infinity])('%s is no probability and gets no decision', (probability) => {
    expect(() => decide(policy, probability)).toThrow('allowed: 0 ... 1')
  })

  test.each([
    [below(0.4), 'low', 'auto_approve'],
    [0.4, 'high', 'manual_review'],
  ])('the level is high from the threshold on: %s is %s', (probability, level, decision) => {
    expect(decide(policy, probability)).toMatchObject({ risk_level: level, decision })
  })
})
