import { describe, expect, test } from '@jest/globals'
import { parseBlueprint, riskFactorSchema } from '@claims/contracts'
import { booleanColumn, categoryColumn, numberColumn, textColumn } from '@claims/frame'
import {
  columnContributions,
  createReasoner,
  dependence,
  fairness,
  globalImportance,
  readableName,
  reasonsFor,
} from '../src/index.ts'

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

  test('names become words', () => {
    expect(
      ['claim_amount', 'AgeOfVehicle', 'capital-gains', 'policy_csl', 'ID_number'].map(readableName),
    ).toEqual(['Claim amount', 'Age of vehicle', 'Capital gains', 'Policy csl', 'ID number'])
  })
})

describe('global importance and dependence', () => {
  const contributions = {
    values: Float64Array.of(1, 0, 0.5, -0.5, 3, 7, -1, 0, 0, 1, 3, 7),
    rows: 2,
    features: 5,
  }
  const input = { featureNames, sources, blueprint }

  test('opposite features of one column cancel within a row', () => {
    expect(globalImportance(contributions, input)).toEqual([
      { feature: 'claim_amount', mean_absolute_contribution: 1, share: 1 / 1.5 },
      { feature: 'claim_type', mean_absolute_contribution: 0.5, share: 0.5 / 1.5 },
      { feature: 'policy_coverage', mean_absolute_contribution: 0, share: 0 },
    ])
    expect([...columnContributions(contributions, input).keys()]).toEqual([
      'claim_amount',
      'policy_coverage',
      'claim_type',
    ])
    expect(() => globalImportance(contributions, { ...input, featureNames: ['x'] })).toThrow(
      /1 feature names/,
    )
  })

  test('bins of numbers never split equal values and keep missing apart', () => {
    const column = numberColumn([1, 1, 1, 2, 3, 4, NaN, 5])
    const found = dependence({
      feature: 'x',
      column,
      contributions: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      bins: 3,
    })
    expect(found).toMatchObject({
      kind: 'number',
      bins: [
        { lower: 1, upper: 1, middle: 1, rows: 3, mean: 2 },
        { lower: 2, upper: 3, rows: 2, mean: 4.5 },
        { lower: 4, upper: 5, rows: 2, mean: 7 },
      ],
      missing: { rows: 1, mean: 7 },
    })
  })

  test('levels that hardly move scores are put together', () => {
    const column = categoryColumn(['a', 'a', 'b', 'b', 'c', null])
    const found = dependence({
      feature: 'x',
      column,
      contributions: Float64Array.of(-6, -8, 3, -3, 4, 8),
      levels: 2,
    })
    expect(found).toMatchObject({
      kind: 'category',
      levels: [
        { level: 'a', rows: 2, mean: -7 },
        { level: '(other)', rows: 4, mean: 3 },
      ],
    })
    const text = dependence({
      feature: 't',
      column: textColumn(['x', null]),
      contributions: Float64Array.of(1, 2),
    })
    expect(text).toMatchObject({ levels: [{ level: '(missing)' }, { level: '(filled)' }] })
  })
})

describe('fairness', () => {
  const target = Uint8Array.of(1, 0, 1, 0, 0, 0)
  const probability = Float64Array.of(0.9, 0.8, 0.2, 0.1, 0.7, 0.3)

  test('rates per group at the threshold; small groups are left out', () => {
    const groups = {
      sex: categoryColumn(['F', 'F', 'F', 'M', 'M', null]),
      retired: booleanColumn([true, true, true, true, true, true]),
    }
    expect(fairness({ groups, target, probability, threshold: 0.5, minimumRows: 2 })).toEqual([
      {
        column: 'sex',
        group: 'F',
        rows: 3,
        positive_rate: 2 / 3,
        selection_rate: 2 / 3,
        recall: 0.5,
        false_positive_rate: 1,
      },
      {
        column: 'sex',
        group: 'M',
        rows: 2,
        positive_rate: 0,
        selection_rate: 0.5,
        recall: null,
        false_positive_rate: 0.5,
      },
      {
        column: 'retired',
        group: 'true',
        rows: 6,
        positive_rate: 1 / 3,
        selection_rate: 0.5,
        recall: 0.5,
        false_positive_rate: 0.5,
      },
    ])
  })

  test('numbers are cut at their quartiles', () => {
    const groups = { age: numberColumn([20, 30, 40, 50, 60, NaN]) }
    const found = fairness({ groups, target, probability, threshold: 0.5, minimumRows: 1 })
    expect(found.map(({ group, rows }) => [group, rows])).toEqual([
      ['up to 30', 2],
      ['(missing)', 1],
      ['above 30 up to 40', 1],
      ['above 40 up to 50', 1],
      ['above 50', 1],
    ])
  })
})
