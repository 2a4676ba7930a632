import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { MetricName } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import fc from 'fast-check'
import { compareModels, costOfConfusion, type CompareModelsInput } from '../src/index.ts'

interface Reference {
  readonly difference: number
  readonly lower: number
  readonly upper: number
  readonly p_value?: number
}
interface ReferenceCase {
  readonly name: string
  readonly target: number[]
  readonly a: number[]
  readonly b: number[]
  readonly groups: number[]
  readonly thresholds: [number, number]
  readonly [figure: string]: unknown
}

/** Values made by `tooling/reference/evaluation-comparison.py`. */
const { cases } = JSON.parse(
  readFileSync(
    new URL('../../../tooling/reference/values/evaluation-comparison.json', import.meta.url),
    'utf8',
  ),
) as { readonly cases: readonly ReferenceCase[] }

const costs = { currency: 'EUR', false_negative: 1000, false_positive: 20, manual_review: 50 }

function inputOf(of: ReferenceCase): CompareModelsInput {
  return {
    target: Uint8Array.from(of.target),
    a: { name: 'old', probability: Float64Array.from(of.a), threshold: of.thresholds[0], costs },
    b: { name: 'new', probability: Float64Array.from(of.b), threshold: of.thresholds[1], costs },
    seed: 1,
  }
}

const figure = (of: ReferenceCase, name: string): Reference => of[name] as Reference

describe.each(cases)('two models on the same rows, $name', (reference) => {
  const input = inputOf(reference)
  const compared = compareModels(input)
  const grouped = compareModels({ ...input, groups: Int32Array.from(reference.groups) })

  test.each(['roc_auc', 'brier', 'log_loss', 'accuracy', 'recall', 'specificity'] as const)(
    '%s: difference, interval and p-value of SciPy, tolerance 1e-10',
    (name) => {
      const expected = figure(reference, name)
      const { difference, interval, p_value: p } = compared.metrics[name]
      expect(difference).toBeCloseTo(expected.difference, 10)
      expect(interval?.lower).toBeCloseTo(expected.lower, 10)
      expect(interval?.upper).toBeCloseTo(expected.upper, 10)
      if (expected.p_value === undefined) expect(p).toBeNull()
      else expect(p).toBeCloseTo(expected.p_value, 10)
    },
  )

  test.each(['roc_auc', 'brier'] as const)('%s by group, tolerance 1e-10', (name) => {
    const expected = figure(reference, `${name}_grouped`)
    const { difference, interval, p_value: p } = grouped.metrics[name]
    expect(difference).toBeCloseTo(expected.difference, 10)
    expect(interval?.lower).toBeCloseTo(expected.lower, 10)
    expect(interval?.upper).toBeCloseTo(expected.upper, 10)
    expect(p).toBeCloseTo(expected.p_value ?? NaN, 10)
  })

  test.each(['average_precision', 'f1', 'mcc'] as const)(
    '%s: bounds of scipy.stats.bootstrap within a tenth of their distance',
    (name) => {
      const expected = figure(reference, name)
      const { difference, interval } = compared.metrics[name]
      const apart = (expected.upper - expected.lower) / 10
      expect(difference).toBeCloseTo(expected.difference, 10)
      expect(Math.abs((interval?.lower ?? NaN) - expected.lower)).toBeLessThan(apart)
      expect(Math.abs((interval?.upper ?? NaN) - expected.upper)).toBeLessThan(apart)
    },
  )

  test('swapped, every difference and interval turns round', () => {
    const swapped = compareModels({ ...input, a: input.b, b: input.a })
    for (const [name, metric] of Object.entries(compared.metrics)) {
      const other = swapped.metrics[name as MetricName]
      expect([name, other.difference]).toEqual([name, expect.closeTo(-metric.difference, 12)])
      // Percentiles of the same resamples, so these turn round, too.
      expect(other.interval?.lower).toBeCloseTo(-(metric.interval?.upper ?? NaN), 10)
      if (metric.better !== null) expect(other.better).toBe(metric.better === 'a' ? 'b' : 'a')
      expect(other.p_value).toEqual(metric.p_value === null ? null : expect.closeTo(metric.p_value, 12))
    }
  })

  test('the cost of a claim differs by what the rows decided differently cost', () => {
    const { cost, decided_differently: apart } = compared
    if (cost.reason !== null) throw new Error(cost.reason)
    const { positives, negatives } = apart
    const counts = (of: 'a' | 'b'): number => {
      const { probability, threshold } = input[of]
      const confusion = { tn: 0, fp: 0, fn: 0, tp: 0 }
      input.target.forEach((label, row) => {
        const flagged = probability[row]! >= threshold
        confusion[label === 1 ? (flagged ? 'tp' : 'fn') : flagged ? 'fp' : 'tn']++
      })
      return costOfConfusion(confusion, costs).total / input.target.length
    }
    expect(cost.a).toBeCloseTo(counts('a'), 10)
    expect(cost.difference).toBeCloseTo(counts('b') - counts('a'), 10)
    const byRows =
      (positives.only_b - positives.only_a) * (50 - 1000) + (negatives.only_b - negatives.only_a) * (50 + 20)
    expect(cost.difference).toBeCloseTo(byRows / input.target.length, 10)
    expect(cost.interval.lower).toBeLessThan(cost.difference)
    expect(cost.interval.upper).toBeGreaterThan(cost.difference)
  })
})

describe('what cannot be told is not told', () => {
  const [first] = cases
  if (first === undefined) throw new Error('there are reference cases')
  const input = inputOf(first)

  test.each([undefined, Int32Array.from(first.groups)])(
    'a model compared with itself differs by exactly 0, interval 0 to 0, p 1',
    (groups) => {
      const same = compareModels({ ...input, b: { ...input.a, name: 'again' }, groups })
      for (const metric of Object.values(same.metrics)) {
        expect(metric).toMatchObject({ difference: 0, p_value: 1, better: null })
        expect(metric.interval).toEqual({ lower: 0, upper: 0 })
      }
      expect(same.cost).toMatchObject({ difference: 0, interval: { lower: 0, upper: 0 } })
      expect(same.verdict).toBe('old and again say the same of every row.')
      expect(JSON.stringify(same)).not.toContain('null,"p_value":null')
    },
  )

  test('the same scores under another threshold: ranks are alike, decisions are compared', () => {
    const { metrics } = compareModels({ ...input, b: { ...input.a, name: 'bolder', threshold: 0.1 } })
    expect(metrics.roc_auc).toMatchObject({ difference: 0, interval: { lower: 0, upper: 0 }, p_value: 1 })
    expect(metrics.recall.difference).toBeGreaterThan(0)
    expect(metrics.recall.interval?.lower).toBeGreaterThan(0)
    expect(metrics.recall.better).toBe('b')
  })

  test('scores made other without another order rank alike, and few rows leave that open', () => {
    const bent = (rows: number): CompareModelsInput => {
      const probability = input.a.probability.slice(0, rows)
      const b = { ...input.a, name: 'bent', probability: probability.map((p) => p ** 2) }
      return { ...input, target: input.target.slice(0, rows), a: { ...input.a, probability }, b }
    }
    const many = compareModels(bent(300)).metrics.roc_auc
    const few = compareModels(bent(30)).metrics.roc_auc
    expect(many).toMatchObject({ difference: 0, p_value: 1, better: null })
    expect(many.interval?.upper).toBeLessThan(0.1)
    expect(few.interval?.upper).toBeGreaterThan(many.interval?.upper ?? NaN)
    expect(many.method).toContain('rank every row alike')
  })

  test('no row decided differently: shares are bounded, and what is resampled has no interval', () => {
    const b = { ...input.a, name: 'bent', probability: input.a.probability.map((p) => p ** 2) }
    const { metrics, decided_differently: apart } = compareModels({
      ...input,
      b: { ...b, threshold: input.a.threshold ** 2 },
    })
    expect(apart).toEqual({ positives: { only_a: 0, only_b: 0 }, negatives: { only_a: 0, only_b: 0 } })
    expect(metrics.accuracy.difference).toBe(0)
    expect(metrics.accuracy.interval?.upper).toBeGreaterThan(0.01)
    expect(metrics.f1).toMatchObject({ difference: 0, interval: null, better: null })
  })

  test('three rows: no NaN, and no certainty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
        fc.option(fc.constant(Int32Array.of(0, 0, -1)), { nil: undefined }),
        fc.boolean(),
        (scores, groups, flipped) => {
          const target = flipped ? Uint8Array.of(0, 1, 0) : Uint8Array.of(1, 0, 1)
          const model = (name: string, from: number): CompareModelsInput['a'] => ({
            ...{ name, threshold: 0.5, costs },
            probability: Float64Array.from(scores.slice(from, from + 3)),
          })
          const compared = compareModels({
            target,
            a: model('a', 0),
            b: model('b', 3),
            groups,
            seed: 1,
            resamples: 200,
          })
          const numbers: number[] = []
          JSON.stringify(compared, (_, value: unknown) => {
            if (typeof value === 'number') numbers.push(value)
            return value
          })
          expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([])
          for (const name of ['roc_auc', 'ks', 'f1', 'average_precision', 'precision'] as const)
            expect(compared.metrics[name].better).toBeNull()
          expect(compared.cautions).toHaveLength(1)
          for (const metric of Object.values(compared.metrics)) {
            expect(metric.interval?.lower ?? -Infinity).toBeLessThanOrEqual(metric.difference)
            expect(metric.interval?.upper ?? Infinity).toBeGreaterThanOrEqual(metric.difference)
          }
        },
      ),
    )
  })

  test('one class, other lengths and scores that are no number are refused', () => {
    const code = (expected: string): unknown => expect.objectContaining({ code: expected })
    const target = new Uint8Array(300)
    expect(() => compareModels({ ...input, target })).toThrow(code('label_single_class'))
    expect(() => compareModels({ ...input, groups: new Int32Array(2) })).toThrow(code('length_mismatch'))
    const short = { ...input.b, probability: input.b.probability.slice(1) }
    expect(() => compareModels({ ...input, b: short })).toThrow(code('length_mismatch'))
    const broken = { ...input.b, probability: input.b.probability.map((p, i) => (i === 4 ? NaN : p)) }
    expect(() => compareModels({ ...input, b: broken })).toThrow(code('invalid_value'))
  })

  test.each([
    [null, 'nobody gave costs to new'],
    [{ ...costs, currency: 'USD' }, 'costs are in EUR and in USD'],
    [{ ...costs, manual_review: 51 }, 'the two were given different costs'],
  ])('costs that differ are not compared', (other, reason) => {
    expect(compareModels({ ...input, b: { ...input.b, costs: other } }).cost).toEqual({ reason })
  })
})

test('of two models of equal worth about 5 % are said to differ, and intervals hold the truth', () => {
  const random = createRandom(11)
  const runs = 400
  const names = ['roc_auc', 'brier', 'log_loss', 'accuracy', 'average_precision', 'ks', 'f1'] as const
  const missed = new Map<string, number>(names.map((name) => [name, 0]))
  for (let run = 0; run < runs; run++) {
    const rows = 400
    const target = new Uint8Array(rows)
    const a = new Float64Array(rows)
    const b = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      const z = 1.3 * random.normal() - 0.8
      target[row] = random.next() < 1 / (1 + Math.exp(-z)) ? 1 : 0
      a[row] = 1 / (1 + Math.exp(-z - 0.7 * random.normal()))
      b[row] = 1 / (1 + Math.exp(-z - 0.7 * random.normal()))
    }
    const { metrics } = compareModels({
      ...{ target, seed: run, resamples: 200 },
      a: { name: 'a', probability: a, threshold: 0.4 },
      b: { name: 'b', probability: b, threshold: 0.4 },
    })
    for (const name of names) if (metrics[name].better !== null) missed.set(name, missed.get(name)! + 1)
  }
  // Of 400 runs with a true level of 5 %, 7 to 35 are what chance leaves (0.1 % on either side).
  for (const [name, count] of missed) expect([name, count <= 35]).toEqual([name, true])
  expect(missed.get('roc_auc')).toBeGreaterThanOrEqual(7)
}, 600_000)
