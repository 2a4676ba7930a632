import { describe, expect, test } from '@jest/globals'
import { decisionsSchema, parseBlueprint, policySchema, type Policy } from '@claims/contracts'
import fc from 'fast-check'
import { buildPolicy, decide } from '../src/index.ts'

const credit = [
  { from: 0, decision: 'approve' },
  { from: 'threshold' as const, decision: 'review' },
  { from: 0.6, decision: 'reject' },
]
const bands = { medium: 0.3, high: 0.6, critical: 0.8 }

function policyAt(value: number, decisions: Policy['decisions'] = credit, edges = bands): Policy {
  return buildPolicy({
    threshold: { value, chosen_on: 'validation', rule: 'minimum expected cost' },
    blueprint: { policy: { bands: edges, decisions }, costs: null },
  })
}
const decisionOf = (policy: Policy, probability: number): string => decide(policy, probability).decision

describe('decisions are an ordered list', () => {
  test('approve, review and reject each hold from their edge on', () => {
    const policy = policyAt(0.3)
    expect([0, 0.2999, 0.3, 0.5999, 0.6, 1].map((p) => decisionOf(policy, p))).toEqual([
      'approve',
      'approve',
      'review',
      'review',
      'reject',
      'reject',
    ])
    expect(decide(policy, 0.7)).toEqual({ risk_level: 'high', risk_band: 'HIGH', decision: 'reject' })
  })

  test('an edge that the threshold passes keeps its decision alive on its own side', () => {
    expect(policyAt(0.7).decisions.map(({ from }) => from)).toEqual([0, 'threshold', 0.85])
    expect(decisionOf(policyAt(0.7), 0.75)).toBe('review')
    const lower = [
      { from: 0, decision: 'pay_at_once' },
      { from: 0.2, decision: 'pay' },
      { from: 'threshold' as const, decision: 'review' },
    ]
    expect(policyAt(0.5, lower).decisions[1]?.from).toBe(0.2)
    expect(policyAt(0.1, lower).decisions[1]?.from).toBe(0.05)
  })

  test('an edge that is a band’s goes where the band goes', () => {
    const critical = [...credit.slice(0, 2), { from: 0.8, decision: 'reject' }]
    const policy = policyAt(0.9, critical)
    expect(policy.bands.critical).toBeCloseTo(0.95, 12)
    expect(policy.decisions[2]?.from).toBe(policy.bands.critical)
    expect(
      policyAt(0.9, [...credit.slice(0, 2), { from: 0.79, decision: 'reject' }]).decisions[2]?.from,
    ).toBe(0.95)
  })

  test('an edge at the threshold moves into its own side, as does one that a band’s edge reaches', () => {
    const lower = [
      { from: 0, decision: 'pay_at_once' },
      { from: 0.2, decision: 'pay' },
      { from: 'threshold' as const, decision: 'review' },
    ]
    expect(policyAt(0.2, lower).decisions[1]?.from).toBe(0.1)
    expect(policyAt(0.6).decisions[2]?.from).toBe(0.8)
    // CRITICAL moves from 0.8 to 0.9, where the last decision begins.
    const close = [...credit.slice(0, 2), { from: 0.8, decision: 'ask' }, { from: 0.9, decision: 'reject' }]
    const policy = policyAt(0.8, close)
    expect(policy.bands.critical).toBe(0.9)
    expect(policy.decisions.slice(2).map(({ from }) => from)).toEqual([expect.closeTo(0.85, 12), 0.9])
  })

  test('never contradicts level and bands, and loses no decision', () => {
    const unit = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
    const distinct = (count: number): fc.Arbitrary<number[]> =>
      fc
        .uniqueArray(unit, { minLength: count, maxLength: count })
        .map((values) => [...values].sort((a, b) => a - b))
        .filter((values) => values.every((value, i) => i === 0 || value - values[i - 1]! > 1e-6))
    fc.assert(
      fc.property(
        unit,
        distinct(3),
        distinct(4),
        fc.nat({ max: 4 }),
        unit,
        (threshold, three, four, at, p) => {
          fc.pre([...three, ...four].every((edge) => Math.abs(edge - threshold) > 1e-9))
          const [medium, high, critical] = three as [number, number, number]
          const numbers = four.map((from, i) => ({ from, decision: `edge-${String(i)}` }))
          const declared = [
            { from: 0, decision: 'first' },
            ...numbers.slice(0, at),
            { from: 'threshold' as const, decision: 'high' },
            ...numbers.slice(at),
          ]
          const policy = policyAt(threshold, declared, { medium, high, critical })
          expect(policySchema.parse(policy)).toEqual(policy)
          expect(policy.decisions.map(({ decision }) => decision)).toEqual(
            declared.map(({ decision }) => decision),
          )
          const edges = policy.decisions.map(({ from }) => (from === 'threshold' ? threshold : from))
          edges.forEach((edge, i) => {
            if (i > 0) expect(edge).toBeGreaterThan(edges[i - 1]!)
            expect(decisionOf(policy, edge)).toBe(policy.decisions[i]?.decision)
          })
          const place = policy.decisions.findIndex(({ decision }) => decision === decisionOf(policy, p))
          expect(decide(policy, p).risk_level).toBe(place > at ? 'high' : 'low')
        },
      ),
    )
  })
})

describe('a list of decisions', () => {
  test.each<[string, unknown]>([
    [
      'starts at 0',
      [
        { from: 0.1, decision: 'a' },
        { from: 'threshold', decision: 'b' },
      ],
    ],
    [
      'holds the threshold',
      [
        { from: 0, decision: 'a' },
        { from: 0.5, decision: 'b' },
      ],
    ],
    ['holds the threshold once', [...credit, { from: 'threshold', decision: 'c' }]],
    ['is in order', [...credit, { from: 0.5, decision: 'c' }]],
    ['has each edge once', [...credit, { from: 0.6, decision: 'c' }]],
    ['has two and more', [{ from: 0, decision: 'a' }]],
    ['ends below 1', [...credit, { from: 1, decision: 'c' }]],
    [
      'names its decisions',
      [
        { from: 0, decision: '' },
        { from: 'threshold', decision: 'b' },
      ],
    ],
  ])('%s', (_, value) => {
    expect(decisionsSchema.safeParse(value).success).toBe(false)
  })

  test('of older files is a pair around the threshold', () => {
    const pair = { low: 'auto_approve', high: 'manual_review' }
    const { policy } = parseBlueprint({
      format_version: 1,
      name: 'older',
      columns: [
        { name: 'x', role: 'numeric', type: 'number' },
        { name: 'y', role: 'label', type: 'number' },
      ],
      label: { column: 'y', positive: 1 },
      split: { kind: 'stratified' },
      candidates: [{ name: 'line', kind: 'logistic_regression' }],
      policy: { decisions: pair },
    })
    expect(policy.decisions).toEqual([
      { from: 0, decision: 'auto_approve' },
      { from: 'threshold', decision: 'manual_review' },
    ])
    const stored = policySchema.parse({ ...policyAt(0.4), format_version: 2, decisions: pair })
    expect([0.39, 0.4].map((p) => decisionOf(stored, p))).toEqual(['auto_approve', 'manual_review'])
  })
})
