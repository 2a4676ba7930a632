import { describe, expect, test } from '@jest/globals'
import { booleanColumn, categoryColumn, numberColumn, textColumn } from '@claims/frame'
import { dependence, fairness, globalImportance } from '../src/index.ts'

describe('global importance and dependence', () => {
  test('the columns that move scores most are first, ties by name', () => {
    const contributions = new Map([
      ['policy_coverage', Float64Array.of(0, 0)],
      ['claim_type', Float64Array.of(0, -1)],
      ['claim_amount', Float64Array.of(1, -1)],
      ['a', Float64Array.of(0, 0)],
    ])
    expect(globalImportance(contributions)).toEqual([
      { feature: 'claim_amount', mean_absolute_contribution: 1, share: 1 / 1.5 },
      { feature: 'claim_type', mean_absolute_contribution: 0.5, share: 0.5 / 1.5 },
      { feature: 'a', mean_absolute_contribution: 0, share: 0 },
      { feature: 'policy_coverage', mean_absolute_contribution: 0, share: 0 },
    ])
    expect(globalImportance(new Map())).toEqual([])
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
