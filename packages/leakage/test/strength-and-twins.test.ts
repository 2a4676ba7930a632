import { describe, expect, test } from '@jest/globals'
import {
  booleanColumn,
  categoryColumn,
  cellAt,
  createRandom,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { strengthFindings, type FeatureStrength } from '../src/strength-findings.ts'
import { countTwins } from '../src/twins.ts'

const strength = (rocAuc: number, standardErrors = 9): FeatureStrength => ({
  auc: { rocAuc, standardErrors },
  levels: null,
})
const found = (...of: [name: string, strength: FeatureStrength][]): string[] =>
  strengthFindings(new Map(of)).map(({ severity, column }) => `${severity} ${String(column)}`)

describe('a feature that is too strong alone', () => {
  test('blocks from 0.95 on, warns from 0.85 on beside a strong one', () => {
    expect(
      found(['a', strength(0.95)], ['b', strength(0.9499)], ['c', strength(0.85)], ['d', strength(0.8499)]),
    ).toEqual(['block a', 'warning b', 'warning c'])
  })

  test('warns from 0.75 on where it is alone: twice as far from 0.5 as the next', () => {
    expect(found(['next', strength(0.625)], ['first', strength(0.75)])).toEqual(['warning first'])
    expect(found(['next', strength(0.626)], ['first', strength(0.75)])).toEqual([])
    expect(found(['next', strength(0.5)], ['first', strength(0.7499)])).toEqual([])
    expect(found(['only', strength(0.75)])).toEqual(['warning only'])
    // The second is as far from the third, but not the first.
    expect(found(['a', strength(0.8)], ['b', strength(0.76)], ['c', strength(0.5)])).toEqual([])
  })

  test('says what only a copy of the outcome does, or what the next feature has', () => {
    const [first, second] = strengthFindings(
      new Map([
        ['a', strength(0.96)],
        ['b', strength(0.9)],
      ]),
    )
    expect(first?.message).toMatch(/^a alone .* 0.960, as only a copy of the outcome does/)
    expect(second?.message).toMatch(/^b alone .* 0.900, the next feature 0.500/)
  })

  test('is five standard errors from chance', () => {
    expect(found(['a', strength(0.99, 5)])).toEqual(['block a'])
    expect(found(['a', strength(0.99, 4.99)])).toEqual([])
  })
})

describe('twins', () => {
  const rows = 900
  const drawn = (seed: number): FrameColumn[] => {
    const random = createRandom(seed)
    const make = <T>(value: (k: number) => T, levels: number): T[] =>
      Array.from({ length: rows }, () => value(random.integer(levels)))
    return [
      numberColumn(make((k) => [0, -0, NaN, 1.5, -1.5][k]!, 5)),
      categoryColumn(make((k) => [null, 'a', 'b', 'c'][k]!, 4)),
      booleanColumn(make((k) => [null, true, false][k]!, 3)),
      textColumn(make((k) => [null, '', 'x', 'y'][k]!, 4)),
      timestampColumn(make((k) => [NaN, 0, 86_400_000][k]!, 3)),
    ]
  }
  /** Test rows with a training row that is equal in the columns, cell by cell. */
  const compared = (columns: readonly FrameColumn[], train: number[], later: number[]): number => {
    const key = (row: number): string =>
      columns.map((column) => JSON.stringify(cellAt(column, row)?.valueOf() ?? null)).join()
    const known = new Set(train.map(key))
    return later.filter((row) => known.has(key(row))).length
  }

  test.each([1, 2, 3])('are counted as a comparison cell by cell counts them (%d)', (seed) => {
    const columns = drawn(seed)
    const train = Array.from({ length: 500 }, (_, i) => i)
    const later = Array.from({ length: 400 }, (_, i) => 500 + i)
    const { equal, equalBut } = countTwins(columns, Uint32Array.from(train), Uint32Array.from(later))
    expect(equal).toBe(compared(columns, train, later))
    expect(equalBut).toEqual(
      columns.map((_, j) =>
        compared(
          columns.filter((__, k) => k !== j),
          train,
          later,
        ),
      ),
    )
    expect(equal).toBeGreaterThan(50)
    expect(equal).toBeLessThan(350)
  })

  test('are told from rows that hold the same values in other columns', () => {
    const columns = [categoryColumn(['a', 'b']), categoryColumn(['a', 'b'].reverse())]
    expect(countTwins(columns, Uint32Array.of(0), Uint32Array.of(1))).toMatchObject({
      equal: 0,
      equalBut: [0, 0],
    })
    const swapped = [textColumn(['x', 'y']), textColumn(['y', 'x'])]
    expect(countTwins(swapped, Uint32Array.of(0), Uint32Array.of(1)).equal).toBe(0)
  })
})

describe('twins by chance', () => {
  test('are the training rows times the chance of agreeing in each column', () => {
    // Pairs of equal cells: a 3 + 1 + 0 of 15, b 1 of 15.
    const columns = [categoryColumn(['x', 'x', 'x', 'y', 'y', 'z', 'z']), numberColumn([1, 2, 1, 3, 4, 5, 6])]
    const train = Uint32Array.of(0, 1, 2, 3, 4, 5)
    const { expected, expectedBut, rows, equal, equalBut } = countTwins(columns, train, Uint32Array.of(6))
    expect(expected).toBeCloseTo((6 * 4 * 1) / 15 ** 2, 12)
    expect(expectedBut).toEqual([expect.closeTo(6 / 15, 12), 1])
    expect([rows, equal, equalBut]).toEqual([1, 0, [0, 1]])
  })

  test('one training row agrees with itself: it may be a twin of each row', () => {
    const column = categoryColumn(['x', 'y'])
    expect(countTwins([column], Uint32Array.of(0), Uint32Array.of(1))).toMatchObject({
      expected: 1,
      expectedBut: [1],
      equal: 0,
      equalBut: [1],
    })
    const two = countTwins([column], Uint32Array.of(0, 1), Uint32Array.of(1))
    expect(two).toMatchObject({ expected: 0, equal: 1 })
  })

  test('are told from 20,000 training rows, evenly spaced', () => {
    // Each row has a value of its own, but every second of 40,000 the same one; those are looked at.
    const n = 40_000
    const column = numberColumn(Array.from({ length: n + 1 }, (_, i) => (i % 2 === 0 ? -1 : i)))
    const train = Uint32Array.from({ length: n }, (_, i) => i)
    const { expectedBut, expected } = countTwins([column, column], train, Uint32Array.of(n))
    expect([expected, expectedBut]).toEqual([1, [1, 1]])
    // 100 of the 20,000 that are looked at agree: 4,950 of 199,990,000 pairs, times the 40,000 rows.
    const rare = numberColumn(Array.from({ length: n + 1 }, (_, i) => (i % 2 === 1 || i < 200 ? -1 : i)))
    const { expected: few } = countTwins([rare], train, Uint32Array.of(n))
    expect(few).toBeCloseTo((n * 4_950) / 199_990_000, 9)
  })

  test('are looked for among at most 5,000 rows, against every training row', () => {
    const n = 150_000
    const value = numberColumn(Array.from({ length: n }, (_, i) => (i < 75_000 ? i : i - 75_000)))
    const half = (from: number): Uint32Array => Uint32Array.from({ length: 75_000 }, (_, i) => from + i)
    const { rows, equal } = countTwins([value], half(0), half(75_000))
    expect([rows, equal]).toEqual([5_000, 5_000])
    expect(
      countTwins(
        [value],
        half(0),
        Uint32Array.from({ length: 5_000 }, (_, i) => 75_000 + i),
      ).rows,
    ).toBe(5_000)
  })
})
