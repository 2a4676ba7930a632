import { createRandom, type Random } from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import {
  evaluateCost,
  evaluateProbabilities,
  meanInterval,
  rocAuc,
  sortScores,
  wilsonInterval,
} from '../src/index.ts'
import { delong } from '../src/intervals/delong.ts'
import { effectiveTrials, groupedDelong } from '../src/intervals/grouped-variance.ts'
import { samplingUnits } from '../src/intervals/sampling-units.ts'

interface Rows {
  readonly target: Uint8Array
  readonly probability: Float64Array
  readonly groups: Int32Array
}

/** 120 groups of 5 rows; what the score does not see is shared by the group. */
function clustered(random: Random, groupCount = 120): Rows {
  const target: number[] = []
  const probability: number[] = []
  const groups: number[] = []
  for (let group = 0; group < groupCount; group++) {
    const shared = 1.5 * random.normal()
    const unseen = 1.5 * random.normal()
    for (let i = 0; i < 5; i++) {
      const seen = shared + 0.3 * random.normal()
      probability.push(1 / (1 + Math.exp(1 - seen)))
      target.push(random.next() < 1 / (1 + Math.exp(1 - seen - unseen)) ? 1 : 0)
      groups.push(group)
    }
  }
  return {
    target: Uint8Array.from(target),
    probability: Float64Array.from(probability),
    groups: Int32Array.from(groups),
  }
}

const alone = (rows: Rows): Int32Array => new Int32Array(rows.target.length).fill(-1)

describe('the variance of the AUC between groups', () => {
  const rows = clustered(createRandom(3), 12)
  const sorted = sortScores(rows.target, rows.probability)
  const auc = rocAuc(rows.target, rows.probability)

  test('is that of its definition over all pairs', () => {
    const win = (p: number, n: number): number => (p > n ? 1 : p === n ? 0.5 : 0)
    const ones = [...rows.target.keys()].filter((row) => rows.target[row] === 1)
    const zeros = [...rows.target.keys()].filter((row) => rows.target[row] === 0)
    const influence = [new Float64Array(12), new Float64Array(12)]
    for (const i of ones)
      for (const j of zeros) {
        const gap = (win(rows.probability[i]!, rows.probability[j]!) - auc) / (ones.length * zeros.length)
        influence[1]![rows.groups[i]!]! += gap
        influence[0]![rows.groups[j]!]! += gap
      }
    const products = (a: Float64Array, b: Float64Array, groups: number): number =>
      (a.reduce((sum, value, group) => sum + value * b[group]!, 0) * groups) / (groups - 1)
    const holding = (of: number[]): number => new Set(of.map((row) => rows.groups[row])).size
    const [negative, positive] = influence as [Float64Array, Float64Array]
    const expected =
      products(positive, positive, holding(ones)) +
      products(negative, negative, holding(zeros)) +
      2 * products(positive, negative, 12)
    const units = samplingUnits(rows.target.length, rows.groups)
    expect(groupedDelong(rows, { sorted, auc, units }).variance).toBeCloseTo(expected, 12)
  })

  test('is DeLong’s for rows that stand alone', () => {
    const units = samplingUnits(rows.target.length, alone(rows))
    const { variance, degreesOfFreedom } = groupedDelong(rows, { sorted, auc, units })
    expect(variance).toBeCloseTo(delong(sorted).variance, 14)
    expect(degreesOfFreedom).toBeCloseTo(delong(sorted).degreesOfFreedom, 10)
  })
})

test.each([2, 4, 8])(
  'with %i positives, each of a group of its own, the interval of the AUC holds the truth',
  (positives) => {
    const random = createRandom(positives)
    const target = Uint8Array.from({ length: 300 }, (_, row) => (row < positives ? 1 : 0))
    const groups = Int32Array.from(target, (_, row) =>
      row < positives ? row : positives + Math.floor(row / 2),
    )
    const truth = 0.76
    let held = 0
    for (let file = 0; file < 300; file++) {
      // A shift of one standard deviation: the standard normal distribution at 1 / sqrt 2.
      const probability = Float64Array.from(target, (label) => 1 / (1 + Math.exp(-random.normal() - label)))
      const { roc_auc: measured } = evaluateProbabilities({
        ...{ target, probability, groups, threshold: 0.5, seed: 1, resamples: 2 },
      }).metrics
      held += measured.lower <= truth && truth <= measured.upper ? 1 : 0
    }
    expect(held / 300).toBeGreaterThan(positives === 2 ? 0.8 : 0.87)
  },
)

test.each([0, 1])('an AUC of which one group holds every row of class %d may be anything', (label) => {
  const random = createRandom(6)
  const probability = Float64Array.from({ length: 300 }, () => random.next())
  const groups = Int32Array.from(probability, (_, row) => Math.floor(row / 3))
  const target = Uint8Array.from(groups, (group) => (group === 50 ? label : 1 - label))
  const { roc_auc: auc } = evaluateProbabilities({
    target,
    probability,
    groups,
    threshold: 0.5,
    seed: 1,
  }).metrics
  expect([auc.lower, auc.upper]).toEqual([0, 1])
})

test('the saving of ten equal claims in a group is as uncertain as that of their groups', () => {
  const costs = { currency: 'USD', false_negative: 1000, false_positive: 20, manual_review: 200 }
  const random = createRandom(5)
  const one = Float64Array.from({ length: 100 }, () => random.next())
  const outcome = Uint8Array.from(one, (p) => (random.next() < p ** 2 ? 1 : 0))
  const probability = Float64Array.from({ length: 1000 }, (_, row) => one[Math.floor(row / 10)]!)
  const target = Uint8Array.from(probability, (_, row) => outcome[Math.floor(row / 10)]!)
  const groups = Int32Array.from(probability, (_, row) => Math.floor(row / 10))
  const width = (of: Int32Array | undefined): number => {
    const cost = evaluateCost({ target, probability, groups: of, threshold: 0.4, costs, seed: 1 })
    return cost.intervals!.saved.upper - cost.intervals!.saved.lower
  }
  expect(width(groups)).toBeGreaterThan(2 * width(undefined))
})

test('claims that each stand alone have the same saving with and without groups', () => {
  const rows = clustered(createRandom(9), 20)
  const costs = { currency: 'USD', false_negative: 1000, false_positive: 20, manual_review: 200 }
  const of = { ...rows, threshold: 0.25, costs, seed: 3 }
  expect(evaluateCost({ ...of, groups: alone(rows) })).toEqual(evaluateCost({ ...of, groups: undefined }))
})

describe('what trials in groups are worth', () => {
  test('ten equal rows are one trial, rows that stand alone are themselves', () => {
    const success = Uint8Array.from({ length: 400 }, (_, row) => (Math.floor(row / 10) % 4 === 0 ? 1 : 0))
    const trial = new Uint8Array(400).fill(1)
    const tens = Int32Array.from(success, (_, row) => Math.floor(row / 10))
    expect(effectiveTrials(success, trial, samplingUnits(400, tens))).toBeCloseTo(39, 6)
    expect(effectiveTrials(success, trial, samplingUnits(400))).toBeCloseTo(399, 6)
  })

  test('a share of 1 counts each group once', () => {
    const ones = new Uint8Array(30).fill(1)
    const groups = Int32Array.from(ones, (_, row) => row % 5)
    expect(effectiveTrials(ones, ones, samplingUnits(30, groups))).toBe(5)
  })
})

test('intervals of rows in groups hold the truth; those of lone rows are too narrow', () => {
  const truth = clustered(createRandom(1), 8000)
  const expected = evaluateProbabilities({
    ...truth,
    groups: undefined,
    threshold: 0.4,
    seed: 1,
    resamples: 2,
  })
  const names = ['roc_auc', 'recall', 'precision', 'log_loss', 'brier'] as const
  const worlds = 40
  const held = { byGroup: new Map<string, number>(), byRow: new Map<string, number>() }
  for (let seed = 0; seed < worlds; seed++) {
    const rows = clustered(createRandom(seed + 100))
    for (const [kind, groups] of [
      ['byGroup', rows.groups],
      ['byRow', undefined],
    ] as const) {
      const { metrics } = evaluateProbabilities({ ...rows, groups, threshold: 0.4, seed, resamples: 100 })
      for (const name of names) {
        const value = expected.metrics[name].value
        const holds = metrics[name].lower <= value && value <= metrics[name].upper
        held[kind].set(name, (held[kind].get(name) ?? 0) + (holds ? 1 : 0))
      }
    }
  }
  for (const name of names)
    expect({ name, held: held.byGroup.get(name)! >= 0.87 * worlds }).toEqual({ name, held: true })
  for (const name of ['recall', 'log_loss', 'brier'])
    expect({ name, held: held.byRow.get(name)! < 0.87 * worlds }).toEqual({ name, held: true })
})

test('classes that vary make the interval of the log loss wider', () => {
  const random = createRandom(8)
  const probability = Float64Array.from({ length: 400 }, () => random.next() ** 3)
  const target = Uint8Array.from(probability, (p) => (random.next() < p ? 1 : 0))
  const width = (classesFixed: boolean): number => {
    const { log_loss: loss } = evaluateProbabilities({
      target,
      probability,
      threshold: 0.5,
      seed: 1,
      classesFixed,
    }).metrics
    return loss.upper - loss.lower
  }
  expect(width(false)).toBeGreaterThan(1.03 * width(true))
})

describe('the calibration error', () => {
  const coverage = (shift: number): number => {
    let held = 0
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(seed)
      const truth = Float64Array.from({ length: 500 }, () => random.next() ** 2 * 0.8)
      const target = Uint8Array.from(truth, (p) => (random.next() < p ? 1 : 0))
      const { expected_calibration_error: error } = evaluateProbabilities({
        target,
        probability: truth.map((p) => p + shift),
        threshold: 0.5,
        seed,
        resamples: 100,
      }).metrics
      if (error.lower <= shift && shift <= error.upper) held++
    }
    return held / 40
  }

  test.each([0, 0.02, 0.1])('of a model that is %d too high is within its interval', (shift) => {
    expect(coverage(shift)).toBeGreaterThanOrEqual(0.87)
  })
})

describe('the interval of a mean', () => {
  const random = createRandom(4)
  const values = Float64Array.from({ length: 400 }, () => (random.next() < 0.1 ? 1 : 0))

  test('is near Wilson’s for a share', () => {
    const { value, lower, upper } = meanInterval(values, { seed: 1 })
    const wilson = wilsonInterval(value * 400, 400, 0.95)
    expect(Math.abs(lower - wilson.lower)).toBeLessThan(0.01)
    expect(Math.abs(upper - wilson.upper)).toBeLessThan(0.01)
  })

  test('is wider where rows hang together', () => {
    const tens = Float64Array.from(values, (_, row) => values[Math.floor(row / 10)]!)
    const groups = Int32Array.from(values, (_, row) => Math.floor(row / 10))
    const width = (of: Int32Array | undefined): number => {
      const { lower, upper } = meanInterval(tens, { seed: 1, groups: of })
      return upper - lower
    }
    expect(width(groups)).toBeGreaterThan(2 * width(undefined))
  })

  test('of nothing does not exist', () => {
    expect(() => meanInterval(new Float64Array(), { seed: 1 })).toThrow(
      expect.objectContaining({ code: 'empty_data' }),
    )
  })
})
