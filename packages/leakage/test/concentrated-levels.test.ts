import { expect, test } from '@jest/globals'
import type { ColumnBins } from '../src/column-bins.ts'
import { findConcentratedLevels, type ConcentratedLevels } from '../src/concentrated-levels.ts'

/** Rows and positives of each level, level 0 being "missing". */
function find(levels: readonly (readonly [rows: number, positives: number])[]): ConcentratedLevels | null {
  const bins: number[] = []
  const target: number[] = []
  levels.forEach(([rows, positives], bin) => {
    for (let i = 0; i < rows; i++) {
      bins.push(bin)
      target.push(i < positives ? 1 : 0)
    }
  })
  const column: ColumnBins = {
    bins: Int32Array.from(bins),
    count: levels.length,
    nameOf: (bin) => `l${String(bin)}`,
  }
  return findConcentratedLevels(column, Uint8Array.from(target))
}
type Level = readonly [number, number]
const times = (n: number, level: Level): Level[] => Array.from({ length: n }, () => level)
const missing: Level = [0, 0]
const even: Level = [100, 10]
/** n KL of k of n against a rate. */
const divergence = (n: number, k: number, rate: number): number =>
  k * Math.log(k / n / rate) + (n - k) * Math.log((n - k) / n / (1 - rate))

test('the level that sticks out, its rates and its part of the deviance', () => {
  const levels = [missing, [100, 60], ...times(8, even), [100, 12]] as const
  const rest = (8 * 10 + 12) / 900
  const within = divergence(100, 60, rest)
  const beyond = 8 * divergence(100, 10, rest) + divergence(100, 12, rest)
  const found = find(levels)
  expect(found).toMatchObject({ levels: ['l1'], rows: 100, rate: 0.6, restRate: rest })
  expect(found?.devianceShare).toBeCloseTo(within / (within + beyond), 12)
})

test('ten levels of twenty rows are needed; missing cells and small levels are none', () => {
  const odd: Level = [100, 60]
  expect(find([missing, odd, ...times(9, even)])?.levels).toEqual(['l1'])
  expect(find([missing, odd, ...times(8, even)])).toBeNull()
  expect(find([[100, 10], odd, ...times(8, even)])).toBeNull()
  expect(find([missing, odd, ...times(8, even), [20, 2]])?.levels).toEqual(['l1'])
  expect(find([missing, odd, ...times(8, even), [19, 2]])).toBeNull()
})

test('a thousand levels are judged, more are not', () => {
  const odd: Level = [40, 36]
  expect(find([missing, odd, ...times(999, [20, 2])])?.levels).toEqual(['l1'])
  expect(find([missing, odd, ...times(1_000, [20, 2])])).toBeNull()
})

test('a fifth of the levels at most', () => {
  const odd: Level = [60, 40]
  expect(find([missing, odd, odd, ...times(8, even)])?.levels).toHaveLength(2)
  // The third one stays with the rest, which then is not even.
  expect(find([missing, odd, odd, odd, ...times(7, even)])?.levels ?? []).not.toHaveLength(3)
})

test('a quarter of the rows at most', () => {
  expect(find([missing, [300, 200], ...times(9, even)])?.rows).toBe(300)
  expect(find([missing, [301, 200], ...times(9, even)])).toBeNull()
})

test('odds of four times those of the rest, half a row added to each cell', () => {
  const rest = times(40, [100, 10])
  const at = (k: number): string[] => [...(find([missing, [1_000, k], ...rest])?.levels ?? [])]
  const odds = (k: number): number => ((k + 0.5) * 3600.5) / ((1000 - k + 0.5) * 400.5)
  const least = Array.from({ length: 1_000 }, (_, k) => k).find((k) => odds(k) >= 4)!
  expect(at(least)).toEqual(['l1'])
  expect(at(least - 1)).toEqual([])
})

test('as few as a fourth counts as well, and a level without or with only positives', () => {
  expect(find([missing, [100, 5], ...times(10, [100, 50])])?.levels).toEqual(['l1'])
  expect(find([missing, [100, 0], ...times(10, [100, 50])])).toMatchObject({ levels: ['l1'], rate: 0 })
  expect(find([missing, [100, 100], ...times(10, [100, 10])])).toMatchObject({ levels: ['l1'], rate: 1 })
})

test('the rest may have no positives, or only positives', () => {
  // Half a row stands for the rate of the rest: 0.5 / (n + 1).
  const found = find([missing, [100, 50], ...times(10, [100, 0])])
  expect(found).toMatchObject({ levels: ['l1'], restRate: 0 })
  const share = (within: number, n: number): number =>
    within / (within + 10 * n * -Math.log(1 - 0.5 / (n + 1)))
  expect(found?.devianceShare).toBeCloseTo(share(divergence(100, 50, 0.5 / 101), 100), 12)
  const turned = find([missing, [100, 50], ...times(10, [100, 100])])
  expect(turned).toMatchObject({ levels: ['l1'], restRate: 1 })
  expect(turned?.devianceShare).toBeCloseTo(found!.devianceShare, 12)
})

test('too unlikely to be chance: 1e-6 after counting levels', () => {
  // The level is compared with the rest at 10 %: its n KL must be above ln(1e6) + ln(10) = 16.12.
  const surprises = Array.from({ length: 41 }, (_, k) => (k < 5 ? 0 : divergence(40, k, 0.1)))
  const least = surprises.findIndex((surprise) => surprise > Math.log(1e7))
  const at = (k: number): readonly string[] => find([missing, [40, k], ...times(9, even)])?.levels ?? []
  expect(at(least)).toEqual(['l1'])
  expect(at(least - 1)).toEqual([])
})

test('three quarters of the deviance, or the category differs gradually', () => {
  const gradual = (step: number): Level[] => Array.from({ length: 9 }, (_, i) => [100, 10 + step * (i - 4)])
  expect(find([missing, [100, 60], ...gradual(1)])).not.toBeNull()
  expect(find([missing, [100, 40], ...gradual(2.5)].map(([n, k]) => [n, Math.round(k)]))).toBeNull()
})
