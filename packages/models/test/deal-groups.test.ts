import { createRandom } from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dealGroups, groupedFolds } from '../src/splits/grouped-folds.ts'

/** Rows of groups, each given by its rows of label 0 and of label 1. */
function rowsOf(groups: readonly (readonly [number, number])[]): { target: Uint8Array; of: Int32Array } {
  const rows = groups.flatMap(([zeros, ones], group) => [
    ...new Array<[number, number]>(zeros).fill([group, 0]),
    ...new Array<[number, number]>(ones).fill([group, 1]),
  ])
  return {
    target: Uint8Array.from(rows, ([, label]) => label),
    of: Int32Array.from(rows, ([group]) => group),
  }
}

/** The part of each group. */
function partsOf(groups: readonly (readonly [number, number])[], parts: number, seed: number): number[] {
  const { target, of } = rowsOf(groups)
  const dealt = dealGroups(target, of, { parts, random: createRandom(seed) })
  return groups.map((_, group) => dealt[of.indexOf(group)]!)
}

const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

describe('groups are dealt', () => {
  test('each to a part that leaves the shares of both classes least spread, the most uneven first', () => {
    const group = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 6, maxLength: 14 }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(),
        (counts, parts, seed) => {
          const groups = counts.filter(([zeros, ones]) => zeros + ones > 0)
          for (const label of [0, 1] as const)
            fc.pre(groups.filter((each) => each[label] > 0).length >= parts)
          const found = partsOf(groups, parts, seed)
          const total = ([0, 1] as const).map((label) => groups.reduce((sum, each) => sum + each[label], 0))
          const filled = Array.from({ length: parts }, () => [0, 0] as [number, number])
          const order = createRandom(seed).permutation(groups.length)
          const uneven = (at: number): number => Math.abs(groups[at]![0] - groups[at]![1])
          for (const at of [...order].sort((a, b) => uneven(b) - uneven(a))) {
            const spreads = filled.map((_, part) =>
              ([0, 1] as const).reduce<number>(
                (sum, label) =>
                  sum +
                  deviation(
                    filled.map(
                      (counts, i) => (counts[label] + (i === part ? groups[at]![label] : 0)) / total[label]!,
                    ),
                  ),
                0,
              ),
            )
            const least = Math.min(...spreads)
            const best = filled.filter((_, part) => spreads[part]! < least + 1e-9)
            const chosen = filled[found[at]!]!
            expect(spreads[found[at]!]).toBeLessThan(least + 1e-9)
            // Among parts as good the one with fewest rows.
            expect(chosen[0] + chosen[1]).toBe(Math.min(...best.map(([zeros, ones]) => zeros + ones)))
            chosen[0] += groups[at]![0]
            chosen[1] += groups[at]![1]
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('to the part with fewest rows where two leave the classes as alike', () => {
    const together = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const [first, second, third] = partsOf(
        [
          [2, 0],
          [0, 1],
          [2, 1],
        ],
        2,
        seed,
      )
      together.add(`${String(first === second)} ${String(second === third)}`)
    }
    expect([...together].sort()).toEqual(['false true', 'true false'])
  })

  test('as long as there are as many groups of each class as parts', () => {
    const groups = [
      ...new Array<[number, number]>(3).fill([2, 0]),
      ...new Array<[number, number]>(3).fill([0, 1]),
    ]
    expect(partsOf(groups, 3, 1).toSorted()).toEqual([0, 0, 1, 1, 2, 2])
    expect(() => partsOf(groups.slice(1), 3, 1)).toThrow('There are 2 groups with rows of label 0')
    expect(() => partsOf(groups.slice(0, -1), 3, 1)).toThrow('There are 2 groups with rows of label 1')
  })
})

test('each fold of a grouped split is equally often the one with the most uneven group', () => {
  const { target, of } = rowsOf([[30, 0], ...Array.from({ length: 12 }, (): [number, number] => [2, 1])])
  const folds = new Float64Array(3)
  for (let seed = 0; seed < 300; seed++) {
    const foldOf = groupedFolds(target, of, { folds: 3, random: createRandom(seed) })
    folds[foldOf[0]!] = folds[foldOf[0]!]! + 1
  }
  for (const count of folds) expect(Math.abs(count - 100)).toBeLessThan(4 * Math.sqrt((300 * 2) / 9))
})

test('one row of each class is enough for a fold; one that gets none of a class is told', () => {
  const fold = (groups: readonly (readonly [number, number])[]): Int32Array => {
    const { target, of } = rowsOf(groups)
    return groupedFolds(target, of, { folds: 2, random: createRandom(1) })
  }
  expect(
    fold([
      [1, 1],
      [1, 1],
    ]).toSorted(),
  ).toEqual(Int32Array.of(0, 0, 1, 1))
  expect(() =>
    fold([
      [5, 0],
      [0, 5],
      [1, 1],
    ]),
  ).toThrow(
    expect.objectContaining({
      code: 'too_few_positives',
      message: expect.stringContaining('with 6 rows of label 1 cannot be divided so that each of 2 folds'),
    }),
  )
})
