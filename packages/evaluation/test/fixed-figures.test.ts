import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { meanInterval, sortScores } from '../src/index.ts'
import { effectiveTrials, groupedDelong } from '../src/intervals/grouped-variance.ts'
import { samplingUnits } from '../src/intervals/sampling-units.ts'
import { recordedFigures } from './fixed-figures.ts'
import { fixedFigures } from './fixed-sets.ts'

describe('the same rows and seed give the figures on record, tolerance 1e-11', () => {
  const found = fixedFigures()
  test.each(Object.keys(recordedFigures))('%s', (name) => {
    expect(Object.keys(found)).toEqual(Object.keys(recordedFigures))
    for (const [figure, bounds] of Object.entries(recordedFigures[name]!)) {
      const close = found[name]![figure]!.map(
        (bound, i) => Math.abs(bound - bounds[i]!) <= 1e-11 * Math.max(1, Math.abs(bound)),
      )
      expect([figure, close]).toEqual([figure, [true, true]])
    }
  })
})

describe('the interval of a mean of three values', () => {
  // 27 resamples: each of the three alone has a chance of 1/27 = 3.7 %, one of them and two of another 3/27.
  const bounds = (level?: number): number[] => {
    const { value, lower, upper } = meanInterval(Float64Array.of(0, 3, 30), {
      ...{ seed: 1, resamples: 20_000 },
      ...(level === undefined ? {} : { level }),
    })
    return [value, lower, upper]
  }

  test('reaches from the value that 2.5 % of the resamples are at to that of 97.5 %', () => {
    expect(bounds()).toEqual([11, 0, 30])
    expect(bounds(0.95)).toEqual([11, 0, 30])
    expect(bounds(0.9)).toEqual([11, 1, 21])
    // 8 of 27 are below 10, which 35 % are not, and 17 of 27 below 12, which 65 % are not.
    expect(bounds(0.3)).toEqual([11, 10, 12])
  })

  test('never leaves the mean out, and takes as many resamples as the rows are worth', () => {
    const { value, lower, upper } = meanInterval(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 7), {
      seed: 2,
      resamples: 1,
    })
    expect(lower <= value && value <= upper).toBe(true)
    expect(meanInterval(Float64Array.of(0, 3, 30), { seed: 1 })).toMatchObject({ lower: 0, upper: 30 })
  })
})

describe('groups of rows', () => {
  const target = Uint8Array.of(1, 1, 0, 0, 1, 0)
  const probability = Float64Array.of(0.9, 0.3, 0.2, 0.4, 0.8, 0.1)
  const variance = (groups: number[], labels = target): number =>
    groupedDelong(
      { target: labels, probability },
      {
        sorted: sortScores(labels, probability),
        auc: 8 / 9,
        units: samplingUnits(6, Int32Array.from(groups)),
      },
    ).variance

  test('tell the variance of the AUC where two hold each class, and not where one holds all of a class', () => {
    expect(variance([0, 0, 0, 1, 1, 1])).toBeLessThan(1)
    expect(variance([0, 0, 2, 3, 1, 4])).toBeLessThan(1)
    expect(variance([0, 0, 2, 3, 0, 4])).toBe(Infinity)
    expect(variance([2, 3, 0, 0, 4, 0])).toBe(Infinity)
  })

  test('of one row each have the variance by DeLong', () => {
    const placements = [
      // Positives: share of negatives below, less the AUC; negatives: share of positives above.
      ...[1, 2 / 3, 1].map((share) => (share - 8 / 9) / 3),
      ...[1, 2 / 3, 1].map((share) => (share - 8 / 9) / 3),
    ]
    const squares = placements.reduce((sum, value) => sum + value ** 2, 0)
    expect(variance([0, 1, 2, 3, 4, 5])).toBeCloseTo((squares * 3) / 2, 12)
  })

  test('are worth their number where all, none or one group pass, and nothing without trials', () => {
    const units = samplingUnits(6, Int32Array.of(0, 0, 1, 1, 2, 2))
    const worth = (success: number[], trial: number[]): number =>
      effectiveTrials(Uint8Array.from(success), Uint8Array.from(trial), units)
    const ones = [1, 1, 1, 1, 1, 1]
    expect(worth(ones, ones)).toBe(3)
    expect(worth([0, 0, 0, 0, 0, 0], ones)).toBe(3)
    expect(worth([1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0])).toBe(1)
    expect(worth(ones, [0, 0, 0, 0, 0, 0])).toBe(0)
    // Shares of 1/2 in each group vary less than those of six rows, which they are worth at most.
    expect(worth([1, 0, 1, 0, 1, 0], ones)).toBe(6)
    // 1, 1 and 0 of the groups: p (1 - p) = 2/9 over (1/9 + 1/9 + 4/9) * 4/36 * 3/2.
    expect(worth([1, 1, 1, 1, 0, 0], ones)).toBeCloseTo(2 / 9 / ((6 / 9) * (4 / 36) * 1.5), 12)
  })

  test('keep their rows, in any order of the rows', () => {
    const random = createRandom(3)
    const groups = Int32Array.from({ length: 50 }, () => random.integer(12) - 2)
    const { count, rows, start } = samplingUnits(50, groups)
    const lone = groups.filter((group) => group < 0).length
    expect(count).toBe(lone + new Set(groups.filter((group) => group >= 0)).size)
    expect([start[0], start[count]]).toEqual([0, 50])
    expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    for (let unit = 0; unit < count; unit++) {
      const members = [...rows.subarray(start[unit], start[unit + 1])]
      expect(new Set(members.map((row) => groups[row])).size).toBe(1)
      if (groups[members[0]!]! < 0) expect(members).toHaveLength(1)
    }
  })
})
