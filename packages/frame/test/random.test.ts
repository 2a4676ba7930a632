import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { createRandom, randomFromState, type Random } from '@claims/frame'

interface ReferenceValues {
  readonly state_1_2_3_4: readonly number[]
  readonly seed_42: readonly number[]
  readonly seed_42_split_fold_3: readonly number[]
  readonly seed_7_next: readonly number[]
}

// Made by tooling/reference/frame-random.py; whole numbers, compared exactly.
const reference = JSON.parse(
  readFileSync(new URL('../../../tooling/reference/values/frame-random.json', import.meta.url), 'utf8'),
) as ReferenceValues

function draw<T>(n: number, next: () => T): T[] {
  return Array.from({ length: n }, () => next())
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe('the generator', () => {
  test('gives the numbers of xoshiro128** from a known state', () => {
    const random = randomFromState(Uint32Array.of(1, 2, 3, 4), 'known')
    expect(draw(10, () => random.uint32())).toEqual(reference.state_1_2_3_4)
  })

  test('gives the numbers of an independent implementation for a seed, a split and a fraction', () => {
    const seeded = createRandom(42)
    expect(draw(5, () => seeded.uint32())).toEqual(reference.seed_42)
    const split = createRandom(42).split('fold-3')
    expect(draw(5, () => split.uint32())).toEqual(reference.seed_42_split_fold_3)
    const uniform = createRandom(7)
    expect(draw(5, () => uniform.next())).toEqual(reference.seed_7_next)
  })

  test.each([Uint32Array.of(0, 0, 0, 0), Uint32Array.of(1, 2, 3)])('the state %p is refused', (state) => {
    expect(() => randomFromState(state, 'bad')).toThrow(TypeError)
  })
})

describe('streams', () => {
  test('a split does not depend on how many numbers were drawn', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.nat(50), (seed, label, drawn) => {
        const fresh = createRandom(seed).split(label)
        const parent = createRandom(seed)
        draw(drawn, () => parent.normal())
        parent.split('another')
        const late = parent.split(label)
        expect(draw(4, () => late.uint32())).toEqual(draw(4, () => fresh.uint32()))
      }),
    )
  })

  test('different seeds and different labels are different streams', () => {
    const labels = ['', 'a', 'b', 'a/1:b', 'ab', '1', '1:a', '/']
    const streams = [
      ...Array.from({ length: 1000 }, (_, seed) => createRandom(seed)),
      ...Array.from({ length: 1000 }, (_, i) => createRandom(42).split(i)),
      ...labels.map((label) => createRandom(1).split(label)),
      createRandom(1).split('a').split('b'),
      createRandom(1).split('b').split('a'),
      createRandom(-1),
    ].map((random) => draw(3, () => random.uint32()).join(' '))
    // '0' ... '999' and 'a' under seed 42 and 1 are distinct keys, as are all others.
    expect(new Set(streams).size).toBe(streams.length)
  })

  test('neighbouring streams are uncorrelated', () => {
    const n = 20_000
    const a = createRandom(42).split('tree-1')
    const b = createRandom(42).split('tree-2')
    const products = draw(n, () => (a.next() - 0.5) * (b.next() - 0.5) * 12)
    // The product has mean 0 and variance 1: four standard errors.
    expect(Math.abs(mean(products))).toBeLessThan(4 / Math.sqrt(n))
  })
})

describe('distributions', () => {
  /** Pearson's statistic of counts against equal shares. */
  function chiSquare(counts: readonly number[]): number {
    const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
    return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  }

  // The 0.999 quantile of chi-square with 99 degrees of freedom is 148.23, the 0.001 quantile 61.14.
  test.each<[string, (random: Random) => number]>([
    ['next', (random) => Math.floor(random.next() * 100)],
    ['uint32', (random) => Math.floor((random.uint32() / 2 ** 32) * 100)],
    ['the low bits of uint32', (random) => random.uint32() % 100],
    ['integer', (random) => random.integer(100)],
  ])('%s is uniform over a hundred classes', (_, sample) => {
    const random = createRandom(2024)
    const counts = new Array<number>(100).fill(0)
    for (let i = 0; i < 100_000; i++) counts[sample(random)]!++
    expect(chiSquare(counts)).toBeLessThan(148.23)
    expect(chiSquare(counts)).toBeGreaterThan(61.14)
  })

  test('next stays in [0, 1) and uses the low bits', () => {
    const random = createRandom(5)
    const values = draw(10_000, () => random.next())
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...values)).toBeLessThan(1)
    expect(values.some((value) => (value * 2 ** 53) % 2 === 1)).toBe(true)
  })

  test('integer stays below its bound, also where the bound does not divide 2^32', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, below) => {
        const value = createRandom(seed).integer(below)
        expect(Number.isInteger(value) && value >= 0 && value < below).toBe(true)
      }),
    )
    expect(createRandom(1).integer(2 ** 32)).toBe(createRandom(1).uint32())
  })

  test('a bound just above 2^31 is not biased towards its lower part', () => {
    const random = createRandom(9)
    const below = 3 * 2 ** 30
    const n = 20_000
    const low = draw(n, () => (random.integer(below) < below / 2 ? 1 : 0) as number)
    // Taking the remainder without rejection would give two thirds.
    expect(Math.abs(mean(low) - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / n))
  })

  test.each([0, -1, 1.5, NaN, 2 ** 32 + 1])('a bound of %p is refused', (below) => {
    expect(() => createRandom(1).integer(below)).toThrow(TypeError)
  })

  test('normal has the first four moments and the tails of a standard normal', () => {
    const n = 200_000
    const random = createRandom(11)
    const values = draw(n, () => random.normal())
    const moment = (k: number): number => mean(values.map((value) => value ** k))
    // Standard errors of the moments of n standard normal numbers: 1, sqrt 2, sqrt 15, sqrt 96 over sqrt n.
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(moment(2) - 1)).toBeLessThan((4 * Math.sqrt(2)) / Math.sqrt(n))
    expect(Math.abs(moment(3))).toBeLessThan((4 * Math.sqrt(15)) / Math.sqrt(n))
    expect(Math.abs(moment(4) - 3)).toBeLessThan((4 * Math.sqrt(96)) / Math.sqrt(n))
    const beyond = mean(values.map((value) => (Math.abs(value) > 1.959964 ? 1 : 0)))
    expect(Math.abs(beyond - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / n))
  })

  test('permutation holds every number once and puts each everywhere equally often', () => {
    const random = createRandom(3)
    expect([...random.permutation(50)].sort((a, b) => a - b)).toEqual([...Array(50).keys()])
    expect(random.permutation(0).length).toBe(0)
    const counts = new Array<number>(100).fill(0)
    for (let i = 0; i < 10_000; i++) {
      random.permutation(10).forEach((value, place) => counts[value * 10 + place]!++)
    }
    // 81 degrees of freedom (rows and columns are fixed): the 0.999 quantile is 126.08.
    expect(chiSquare(counts)).toBeLessThan(126.08)
  })
})
