import { describe, expect, test } from '@jest/globals'
import { columnSchema, parseBlueprint, riskFactorSchema } from '@claims/contracts'
import { columnContributions, createReasoner, reasonsFor } from '@claims/scoring'
import { describeValue } from '../src/explanations/describe-value.ts'

const blueprint = parseBlueprint({
  format_version: 1,
  name: 'claims',
  columns: [
    { name: 'claim_amount', role: 'numeric', type: 'number', unit: 'USD' },
    { name: 'policy_coverage', role: 'numeric', type: 'number', unit: 'USD' },
    { name: 'claim_type', role: 'categorical', type: 'category' },
    { name: 'customer_gender', role: 'sensitive', type: 'category' },
    { name: 'risk_level', role: 'label', type: 'category' },
  ],
  label: { column: 'risk_level', positive: 'high' },
  split: { kind: 'stratified' },
  candidates: [{ name: 'a', kind: 'a' }],
  costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
  reasons: { claim_amount: { code: 'AMOUNT', reason: 'the amount claimed' } },
})
const featureNames = [
  'claim_amount',
  'amount_to_coverage',
  'claim_type=auto',
  'claim_type=home',
  'customer_gender',
]
const sources = {
  amount_to_coverage: ['claim_amount', 'policy_coverage'],
  'claim_type=auto': ['claim_type'],
  'claim_type=home': ['claim_type'],
}
const row = { claim_amount: 12_500, policy_coverage: null, claim_type: 'auto', customer_gender: 'F' }

describe('reasons', () => {
  test('are added up by raw column, split equally over sources, largest first, never sensitive', () => {
    const contributions = [0.5, 0.25, -0.375, 0.125, 9]
    const reasons = reasonsFor({ contributions, row, featureNames, sources, blueprint, limit: 4 })
    expect(reasons.map((reason) => riskFactorSchema.parse(reason))).toEqual(reasons)
    expect(reasons).toEqual([
      {
        feature: 'claim_amount',
        value: 12_500,
        contribution: 0.625,
        direction: 'increases_risk',
        reason_code: 'AMOUNT',
        reason: 'The amount claimed: 12,500 USD, which raises the risk',
      },
      {
        feature: 'claim_type',
        value: 'auto',
        contribution: -0.25,
        direction: 'decreases_risk',
        reason_code: 'R_CLAIM_TYPE',
        reason: 'Claim type: "auto", which lowers the risk',
      },
      {
        feature: 'policy_coverage',
        value: null,
        contribution: 0.125,
        direction: 'increases_risk',
        reason_code: 'R_POLICY_COVERAGE',
        reason: 'Policy coverage: missing, which raises the risk',
      },
    ])
  })

  test('ties go by name, zeros are left out, the limit holds, the base value is not read', () => {
    const reasoner = createReasoner({ featureNames: ['b', 'a', 'c', 'd'], sources: {}, blueprint, limit: 2 })
    const batch = Float64Array.of(1, 1, 1, 1, 99, 0.5, -0.5, 0, 0, 99, 0, 0, 0, 0, 99)
    const named = (offset: number): string[] =>
      reasoner(batch, () => null, offset).map(({ feature }) => feature)
    expect([named(0), named(5), named(10)]).toEqual([['a', 'b'], ['a', 'b'], []])
    expect(
      createReasoner({ featureNames: ['a'], sources: {}, blueprint, limit: 0 })([1], () => null),
    ).toEqual([])
  })

  test('a feature made of a sensitive and another column is given to the other', () => {
    const mixed = {
      featureNames: ['x'],
      sources: { x: ['customer_gender', 'claim_type'] },
      blueprint,
      limit: 4,
    }
    expect(
      reasonsFor({ ...mixed, contributions: [0.8], row }).map((r) => [r.feature, r.contribution]),
    ).toEqual([['claim_type', 0.8]])
  })

  test('a feature without sources is refused', () => {
    expect(() => createReasoner({ featureNames: ['x'], sources: { x: [] }, blueprint, limit: 1 })).toThrow(
      /"x" has no source/,
    )
  })
})

describe('contributions by raw column', () => {
  const contributions = {
    values: Float64Array.of(1, 0, 0.5, -0.5, 3, 7, -1, 0, 0, 1, 3, 7),
    rows: 2,
    features: 5,
  }
  const input = { featureNames, sources, blueprint }

  test('opposite features of one column cancel within a row, and sensitive columns have none', () => {
    expect([...columnContributions(contributions, input)]).toEqual([
      ['claim_amount', Float64Array.of(1, -1)],
      ['policy_coverage', Float64Array.of(0, 0)],
      ['claim_type', Float64Array.of(0, 1)],
    ])
  })

  test('contributions of other features are refused', () => {
    expect(() => columnContributions(contributions, { ...input, featureNames: ['x'] })).toThrow(
      /1 feature names/,
    )
  })
})

test('the largest reasons are kept in order, whatever their number and place', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const columns = names.map((name) => columnSchema.parse({ name, role: 'numeric', type: 'number' }))
  const input = { featureNames: names, sources: {}, blueprint: { columns, reasons: {} } }
  const order = (contributions: number[], limit: number): string =>
    reasonsFor({ ...input, limit, contributions, row: {} })
      .map(({ feature }) => feature)
      .join('')
  const lists = [
    [1, -2, 3, -4, 5],
    [5, 4, -3, 2, 1],
    [2, -5, 1, 4, 0],
    [3, 3, -3, 1, 3],
    [0, 0, 0, 0, 0],
  ]
  for (const contributions of lists) {
    const sorted = names
      .filter((_, j) => contributions[j] !== 0)
      .sort((a, b) => Math.abs(contributions[names.indexOf(b)]!) - Math.abs(contributions[names.indexOf(a)]!))
    for (let limit = 1; limit <= 6; limit++)
      expect(order(contributions, limit)).toBe(sorted.slice(0, limit).join(''))
  }
})

test('a value is told as a reader says it', () => {
  expect([true, false, null, NaN].map((value) => describeValue(value))).toEqual([
    'yes',
    'no',
    'missing',
    'missing',
  ])
  expect([12_500, 0.123456789, -3].map((value) => describeValue(value))).toEqual(['12,500', '0.123457', '-3'])
  expect(describeValue(12_500, 'USD')).toBe('12,500 USD')
  expect(describeValue('a'.repeat(60))).toBe(`"${'a'.repeat(60)}"`)
  expect(describeValue('a'.repeat(61))).toBe(`"${'a'.repeat(60)}..."`)
})
