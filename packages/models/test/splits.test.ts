import { createRandom } from '@claims/frame'
import { foldSplits, groupedFolds, holdOut, stratifiedFolds, timeFolds, type Split } from '@claims/models'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'

const code = (value: string) => expect.objectContaining({ code: value })

/** Labels with at least 12 rows of each class, in random places. */
const target = fc
  .record({
    rows: fc.integer({ min: 60, max: 300 }),
    share: fc.double({ min: 0.25, max: 0.7, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ rows, share, seed }) => {
    const order = createRandom(seed).permutation(rows)
    return Uint8Array.from(order, (place) => (place < rows * share ? 1 : 0))
  })

const positives = (labels: Uint8Array, rows: Uint32Array): number =>
  rows.reduce((sum, row) => sum + labels[row]!, 0)

function expectPartition({ train, test: tested }: Split, rows: number): void {
  const all = [...train, ...tested].sort((a, b) => a - b)
  expect(all).toEqual(Array.from({ length: rows }, (_, row) => row))
  for (const side of [train, tested]) expect(side).toEqual(side.slice().sort())
}

describe('stratified folds', () => {
  test('cover all rows once; folds and classes differ by at most one row', () => {
    fc.assert(
      fc.property(target, fc.integer({ min: 2, max: 10 }), fc.nat(), (labels, folds, seed) => {
        const splits = foldSplits({ kind: 'stratified', target: labels, folds, random: createRandom(seed) })
        expect(splits).toHaveLength(folds)
        for (const split of splits) expectPartition(split, labels.length)
        const sizes = splits.map(({ test: rows }) => rows.length)
        const ones = splits.map(({ test: rows }) => positives(labels, rows))
        expect(sizes.reduce((a, b) => a + b)).toBe(labels.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(Math.max(...ones) - Math.min(...ones)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('depend on the seed and on nothing else', () => {
    const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 2)
    const folds = (seed: number): Int32Array => stratifiedFolds(labels, 5, createRandom(seed))
    expect(folds(1)).toEqual(folds(1))
    expect(folds(1)).not.toEqual(folds(2))
  })

  test('say what is missing', () => {
    const few = Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0)
    expect(() => stratifiedFolds(few, 3, createRandom(1))).toThrow(code('too_few_positives'))
    expect(() => stratifiedFolds(few, 3, createRandom(1))).toThrow(
      'There are 2 rows with label 1; the split needs at least 3',
    )
    expect(() => stratifiedFolds(new Uint8Array(9), 3, createRandom(1))).toThrow(code('label_single_class'))
    expect(() => stratifiedFolds(few, 1, createRandom(1))).toThrow(code('invalid_parameter'))
  })
})

describe('grouped folds', () => {
  test('no group straddles; every fold holds both classes in about their shares', () => {
    fc.assert(
      fc.property(target, fc.integer({ min: 2, max: 5 }), fc.nat(), (labels, folds, seed) => {
        const random = createRandom(seed)
        const groups = Int32Array.from(labels, () => random.integer(Math.floor(labels.length / 2)) - 1)
        const foldOf = groupedFolds(labels, groups, { folds, random })
        const foldsOfGroup = new Map<number, Set<number>>()
        groups.forEach((group, row) => {
          if (group < 0) return
          foldsOfGroup.set(group, (foldsOfGroup.get(group) ?? new Set()).add(foldOf[row]!))
        })
        for (const found of foldsOfGroup.values()) expect(found.size).toBe(1)
        const share = labels.reduce((a, b) => a + b, 0) / labels.length
        for (let fold = 0; fold < folds; fold++) {
          const rows = Uint32Array.from(labels.keys()).filter((row) => foldOf[row] === fold)
          expect(Math.abs(rows.length / labels.length - 1 / folds)).toBeLessThan(0.1)
          expect(Math.abs(positives(labels, rows) / rows.length - share)).toBeLessThan(0.15)
        }
      }),
    )
  })

  test('rows of an unknown group stand alone', () => {
    const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2)
    const foldOf = groupedFolds(labels, new Int32Array(40).fill(-1), { folds: 4, random: createRandom(3) })
    for (let fold = 0; fold < 4; fold++) expect(foldOf.filter((of) => of === fold)).toHaveLength(10)
  })

  test('say what is missing', () => {
    const labels = Uint8Array.of(1, 1, 1, 0, 0, 0)
    const random = createRandom(1)
    const groups = Int32Array.of(1, 1, 1, 2, 3, 4)
    expect(() => groupedFolds(labels, groups, { folds: 2, random })).toThrow('1 groups with rows of label 1')
    expect(() => groupedFolds(labels, Int32Array.of(1), { folds: 2, random })).toThrow(
      code('length_mismatch'),
    )
    expect(() => foldSplits({ kind: 'grouped', target: labels, folds: 2, random })).toThrow(
      code('invalid_parameter'),
    )
  })

  test('deal 200,000 groups evenly', () => {
    const random = createRandom(5)
    const labels = Uint8Array.from({ length: 300_000 }, () => (random.next() < 0.1 ? 1 : 0))
    const groups = Int32Array.from(labels, () => random.integer(200_000))
    const folds = groupedFolds(labels, groups, { folds: 5, random })
    const rows = [0, 1, 2, 3, 4].map((fold) => folds.reduce((sum, each) => sum + (each === fold ? 1 : 0), 0))
    expect(Math.max(...rows) - Math.min(...rows)).toBeLessThan(300)
  })
})

describe('folds in order of time', () => {
  test('learn from the past only, test each timed row after the first block once, keep a timestamp together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 40 }) }, fc.constant(NaN)), {
          minLength: 60,
          maxLength: 200,
        }),
        fc.integer({ min: 2, max: 6 }),
        (list, folds) => {
          const times = Float64Array.from(list)
          fc.pre(new Set(list.filter((time) => !Number.isNaN(time))).size > folds)
          const splits = timeFolds(times, folds)
          expect(splits).toHaveLength(folds)
          let lastTested = -Infinity
          for (const { train, test: tested } of splits) {
            const earliest = Math.min(...Array.from(tested, (row) => times[row]!))
            const latest = Math.max(...Array.from(tested, (row) => times[row]!))
            expect(earliest).toBeGreaterThan(lastTested)
            lastTested = latest
            expect(tested.length).toBeGreaterThan(0)
            expect(train.some((row) => times[row]! < earliest)).toBe(true)
            expect(train.some((row) => times[row]! >= earliest)).toBe(false)
            const untimed = list.filter(Number.isNaN).length
            expect(train.filter((row) => Number.isNaN(times[row]!))).toHaveLength(untimed)
          }
          expect(lastTested).toBe(Math.max(...list.filter((time) => !Number.isNaN(time))))
        },
      ),
    )
  })

  test('cut evenly where times allow', () => {
    const splits = timeFolds(
      Float64Array.from({ length: 60 }, (_, i) => 59 - i),
      5,
    )
    expect(splits.map(({ train, test: tested }) => [train.length, tested.length])).toEqual([
      [10, 10],
      [20, 10],
      [30, 10],
      [40, 10],
      [50, 10],
    ])
  })

  test('say what is missing', () => {
    expect(() => timeFolds(Float64Array.of(1, 1, 2, 2, 3), 3)).toThrow(code('too_few_rows'))
    const random = createRandom(1)
    const labels = Uint8Array.of(0, 0, 0, 1, 1, 1)
    const times = Float64Array.of(1, 2, 3, 4, 5, 6)
    expect(() => foldSplits({ kind: 'time', target: labels, times, folds: 2, random })).toThrow(/fold 1 of 2/)
  })
})

describe('rows set aside', () => {
  test('stratified: the share of each class', () => {
    fc.assert(
      fc.property(
        target,
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        fc.nat(),
        (labels, testShare, seed) => {
          const split = holdOut({ kind: 'stratified', target: labels, testShare, random: createRandom(seed) })
          expectPartition(split, labels.length)
          expect(split.cutoff).toBeNull()
          const ones = labels.reduce((a, b) => a + b, 0)
          const tested = positives(labels, split.test)
          expect(Math.abs(tested - ones * testShare)).toBeLessThanOrEqual(1)
          expect(Math.abs(split.test.length - labels.length * testShare)).toBeLessThanOrEqual(2)
        },
      ),
    )
  })

  test('grouped: about the share, no group on both sides', () => {
    fc.assert(
      fc.property(
        target,
        fc.double({ min: 0.15, max: 0.6, noNaN: true }),
        fc.nat(),
        (labels, testShare, seed) => {
          const random = createRandom(seed)
          const groups = Int32Array.from(labels, () => random.integer(Math.floor(labels.length / 2)))
          const split = holdOut({ kind: 'grouped', target: labels, groups, testShare, random })
          expectPartition(split, labels.length)
          const tested = new Set(Array.from(split.test, (row) => groups[row]!))
          expect(split.train.some((row) => tested.has(groups[row]!))).toBe(false)
          expect(Math.abs(split.test.length / labels.length - testShare)).toBeLessThan(0.1)
        },
      ),
    )
  })

  test('time: the latest whole days, rows without a time are learnt from', () => {
    const at = (text: string): number => Date.parse(text)
    const times = Float64Array.of(
      at('2024-01-01T10:00:00Z'),
      at('2024-01-03T23:59:59Z'),
      NaN,
      at('2024-01-04T00:00:00Z'),
      at('2024-01-02T12:00:00Z'),
      at('2024-01-04T18:00:00Z'),
      at('2024-01-01T00:00:00Z'),
      at('2024-01-02T13:00:00Z'),
    )
    const labels = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 1)
    const split = holdOut({ kind: 'time', target: labels, times, testShare: 0.2, random: createRandom(1) })
    expect(split).toEqual({
      train: Uint32Array.of(0, 1, 2, 4, 6, 7),
      test: Uint32Array.of(3, 5),
      cutoff: at('2024-01-04'),
      untestable: 0,
    })
  })

  test('say what is missing', () => {
    const random = createRandom(1)
    const labels = Uint8Array.of(0, 1, 0, 1)
    const oneDay = Float64Array.of(1, 2, 3, 4)
    const of = (more: object) => () =>
      holdOut({ kind: 'time', target: labels, testShare: 0.2, random, ...more })
    expect(of({ times: oneDay })).toThrow(code('too_few_rows'))
    expect(of({})).toThrow(code('invalid_parameter'))
    expect(of({ times: oneDay, testShare: 1 })).toThrow(code('invalid_parameter'))
    const day = 86_400_000
    expect(of({ times: Float64Array.of(day, day, 2 * day, 3 * day) })).toThrow(/label 0 in the test rows/)
    expect(of({ kind: 'stratified', target: Uint8Array.of(1, 0, 0, 0) })).toThrow(code('too_few_positives'))
    expect(of({ kind: 'stratified', target: Uint8Array.of(1, 0, 0, 0) })).toThrow(/1 rows with label 1/)
    expect(of({ kind: 'stratified', target: Uint8Array.of(1, 1, 1, 0) })).toThrow(/1 rows with label 0/)
  })
})
