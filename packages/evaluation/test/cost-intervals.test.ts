import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { costIntervals, costOfConfusion, evaluateCost, savingText, type Confusion } from '../src/index.ts'

const costs = { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 }
const options = { baseline: 'review_all', seed: 42, resamples: 500 } as const

/** Chance of each kind of claim: reviewing every claim costs 575 a claim, the policy less. */
const world = { tn: 0.7, fp: 0.1, fn: 0.03, tp: 0.17 }
const rowsOf = ({ tn, fp, fn, tp }: Confusion): number => tn + fp + fn + tp
const savingOf = (counts: Confusion): number => {
  const { tn, fp, fn, tp } = counts
  return (
    costOfConfusion({ tn: 0, fp: tn + fp, fn: 0, tp: tp + fn }, costs).total -
    costOfConfusion(counts, costs).total
  )
}

function draw(random: ReturnType<typeof createRandom>, rows: number): Confusion {
  const counts = { tn: 0, fp: 0, fn: 0, tp: 0 }
  for (let i = 0; i < rows; i++) {
    const u = random.next()
    if (u < world.fn) counts.fn++
    else if (u < world.fn + world.fp) counts.fp++
    else if (u < world.fn + world.fp + world.tp) counts.tp++
    else counts.tn++
  }
  return counts
}

describe('the interval of a saving', () => {
  test('holds the true saving and the true cost of a claim in about 95 of 100 sets, also where few are missed', () => {
    const sets = 150
    const rows = 150
    const random = createRandom(11)
    const perClaim = costOfConfusion(world, costs).total
    let saved = 0
    let cost = 0
    for (let set = 0; set < sets; set++) {
      const counts = draw(random, rows)
      const intervals = costIntervals(counts, costs, { ...options, resamples: 200 })
      const truth = savingOf(world) * rows
      if (intervals.saved.lower <= truth && truth <= intervals.saved.upper) saved++
      if (intervals.per_claim.lower <= perClaim && perClaim <= intervals.per_claim.upper) cost++
    }
    for (const held of [saved, cost]) {
      expect(held / sets).toBeGreaterThan(0.92)
      expect(held / sets).toBeLessThan(0.995)
    }
  })

  test('is as wide as the spread of savings per claim says, in a large set', () => {
    const counts = { tn: 7000, fp: 1000, fn: 300, tp: 1700 }
    const rows = rowsOf(counts)
    const { saved } = costIntervals(counts, costs, options)
    // What a claim saves against its review: 650 where it is let pass rightly, -9,850 where wrongly, else nothing.
    const values = [
      [counts.tn, 650],
      [counts.fn, 150 - 10_000],
      [counts.fp + counts.tp, 0],
    ] as const
    const mean = values.reduce((sum, [n, value]) => sum + n * value, 0) / rows
    const variance = values.reduce((sum, [n, value]) => sum + n * (value - mean) ** 2, 0) / rows
    const half = 1.96 * Math.sqrt(variance * rows)
    expect(mean * rows).toBe(savingOf(counts))
    expect(saved.lower / (mean * rows - half)).toBeCloseTo(1, 1)
    expect(saved.upper / (mean * rows + half)).toBeCloseTo(1, 1)
  })

  test('of a policy that missed none of few is no proof that it will miss none', () => {
    const { saved } = costIntervals({ tn: 120, fp: 40, fn: 0, tp: 40 }, costs, options)
    // Wilson's interval of 0 of 40 reaches to 8.76 %, which are 3.5 missed claims.
    expect(saved.lower).toBeLessThan(120 * 650 - 3.5 * 9850 + 100)
  })

  test('is the same for the same seed, and another for another', () => {
    const counts = draw(createRandom(1), 400)
    expect(costIntervals(counts, costs, options)).toEqual(costIntervals(counts, costs, options))
    expect(costIntervals(counts, costs, { ...options, seed: 43 })).not.toEqual(
      costIntervals(counts, costs, options),
    )
  })
})

test('a cost with a seed has intervals around its values, as text too', () => {
  const target = Uint8Array.from({ length: 100 }, (_, i) => (i < 20 ? 1 : 0))
  const probability = Float64Array.from({ length: 100 }, (_, i) => (i < 18 || i % 10 === 0 ? 0.9 : 0.1))
  const cost = evaluateCost({ target, probability, threshold: 0.5, costs, seed: 1 })
  const { intervals, saved, per_claim: perClaim } = cost
  expect(intervals?.saved.lower).toBeLessThan(saved)
  expect(intervals?.saved.upper).toBeGreaterThan(saved)
  expect(intervals?.per_claim.lower).toBeLessThan(perClaim)
  expect(intervals?.per_claim.upper).toBeGreaterThan(perClaim)
  expect(savingText(cost)).toMatch(/^-?\$[\d,]+ to \$[\d,]+$/)
  expect(evaluateCost({ target, probability, threshold: 0.5, costs }).intervals).toBeNull()
})
