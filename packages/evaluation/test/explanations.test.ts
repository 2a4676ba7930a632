import { describe, expect, test } from '@jest/globals'
import {
  booleanColumn,
  categoryColumn,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
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

describe('dependence, edge by edge', () => {
  const levelsOf = (cells: (string | null)[], contributions: number[], levels?: number) => {
    const found = dependence({
      feature: 'x',
      column: categoryColumn(cells),
      contributions: Float64Array.from(contributions),
      ...(levels === undefined ? {} : { levels }),
    })
    return found.kind === 'category' ? found.levels.map(({ level, rows }) => [level, rows]) : []
  }
  const letters = Array.from({ length: 9 }, (_, i) => String.fromCharCode(97 + i))

  test('eight levels are shown, of nine the seven that move most and the others as one', () => {
    expect(levelsOf(letters.slice(0, 8), [8, 7, 6, 5, 4, 3, 2, 1]).map(([level]) => level)).toEqual(
      letters.slice(0, 8),
    )
    expect(levelsOf(letters, [9, -8, 7, 6, -5, 4, 3, 2, 1])).toEqual([
      ...letters.slice(0, 7).map((letter) => [letter, 1]),
      ['(other)', 2],
    ])
    expect(levelsOf(['a', 'b', 'c'], [1, 2, 3], 2)).toEqual([
      ['c', 1],
      ['(other)', 2],
    ])
  })

  test('levels that move scores as much go by name; what counts is the sum over their rows', () => {
    expect(levelsOf(['b', 'a', 'c'], [1, -1, 1]).map(([level]) => level)).toEqual(['a', 'b', 'c'])
    expect(levelsOf(['many', 'many', 'one', 'many'], [1, 1, 2, 1]).map(([level]) => level)).toEqual([
      'many',
      'one',
    ])
  })

  test('truth values are yes and no; empty texts are filled', () => {
    const of = (column: FrameColumn, ...contributions: number[]) => {
      const found = dependence({ feature: 'x', column, contributions: Float64Array.from(contributions) })
      return found.kind === 'category' ? found.levels.map(({ level, mean }) => [level, mean]) : []
    }
    expect(of(booleanColumn([true, false, null]), 3, 2, 1)).toEqual([
      ['yes', 3],
      ['no', 2],
      ['(missing)', 1],
    ])
    expect(of(textColumn(['', 'x', null]), 3, 1, 1)).toEqual([
      ['(filled)', 2],
      ['(missing)', 1],
    ])
  })

  test('a number has twenty bins of equal rows, in the order of its values', () => {
    const n = 100
    const order = Array.from({ length: n }, (_, i) => (i * 37) % n)
    const found = dependence({
      feature: 'x',
      column: numberColumn(order),
      contributions: Float64Array.from(order, (value) => value * 2),
    })
    if (found.kind !== 'number') throw new Error(found.kind)
    expect(found.missing).toBeNull()
    expect(
      found.bins.map(({ rows, lower, upper, middle, mean }) => [rows, lower, upper, middle, mean]),
    ).toEqual(Array.from({ length: 20 }, (_, b) => [5, 5 * b, 5 * b + 4, 5 * b + 2, 2 * (5 * b + 2)]))
    const few = dependence({
      feature: 'x',
      column: numberColumn([3, 1]),
      contributions: Float64Array.of(1, 2),
      bins: 5,
    })
    expect(few).toMatchObject({
      bins: [
        { lower: 1, upper: 1, mean: 2 },
        { lower: 3, upper: 3, mean: 1 },
      ],
    })
  })

  test('a group tells its mean and where eight of ten of its contributions lie', () => {
    const found = dependence({
      feature: 'x',
      column: numberColumn(new Float64Array(11)),
      contributions: Float64Array.from({ length: 11 }, (_, i) => 10 - i),
    })
    expect(found).toMatchObject({ bins: [{ rows: 11, mean: 5, low: 1, high: 9 }] })
    expect(
      dependence({ feature: 'x', column: timestampColumn([5]), contributions: Float64Array.of(1) }),
    ).toMatchObject({
      kind: 'time',
      bins: [{ lower: 5, upper: 5, middle: 5 }],
    })
  })

  test('another number of contributions is refused', () => {
    expect(() =>
      dependence({ feature: 'x', column: numberColumn([1]), contributions: Float64Array.of(1, 2) }),
    ).toThrow(expect.objectContaining({ code: 'length_mismatch' }))
  })
})

describe('fairness, edge by edge', () => {
  const of = (column: Parameters<typeof fairness>[0]['groups'], minimumRows = 1) =>
    fairness({
      groups: column,
      target: Uint8Array.of(1, 0, 1, 0),
      probability: Float64Array.of(0.5, 0.5, 0.4, 0.6),
      threshold: 0.5,
      minimumRows,
    })

  test('a score at the threshold is flagged; without negatives there is no rate of false positives', () => {
    expect(of({ x: categoryColumn(['p', 'n', 'p', 'n']) })).toMatchObject([
      { group: 'n', positive_rate: 0, selection_rate: 1, recall: null, false_positive_rate: 1 },
      { group: 'p', positive_rate: 1, selection_rate: 0.5, recall: 0.5, false_positive_rate: null },
    ])
  })

  test('moments are cut at their quartiles as days; equal quartiles are one edge; none is a group', () => {
    const day = 86_400_000
    const found = of({ when: timestampColumn([0, day, 2 * day, 4 * day]) })
    expect(found.map(({ group }) => group)).toEqual([
      'above 1970-01-01 up to 1970-01-02',
      'above 1970-01-02 up to 1970-01-03',
      'above 1970-01-03',
      'up to 1970-01-01',
    ])
    expect(of({ x: numberColumn([1, 1, 1, 9]) }).map(({ group, rows }) => [group, rows])).toEqual([
      ['up to 1', 3],
      ['above 3', 1],
    ])
    expect(of({ x: numberColumn([NaN, NaN, NaN, NaN]) })).toMatchObject([{ group: '(missing)', rows: 4 }])
  })

  test('groups of the least size are shown, those of another length refused', () => {
    const column = { x: categoryColumn(['a', 'a', 'b', 'a']) }
    expect(of(new Map(Object.entries(column)), 3).map(({ group }) => group)).toEqual(['a'])
    expect(of(column, 4)).toEqual([])
    expect(() => of({ x: categoryColumn(['a']) })).toThrow(
      expect.objectContaining({ code: 'length_mismatch' }),
    )
  })
})
