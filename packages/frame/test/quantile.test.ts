import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { quantileOfSorted, quantiles } from '../src/index.ts'

test('every order statistic is the one that sorting finds, and the input is left alone', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e300, max: 1e300 })),
        {
          minLength: 1,
          maxLength: 80,
        },
      ),
      (values) => {
        const given = Float64Array.of(...values, NaN)
        const before = given.slice()
        const sorted = Float64Array.from(values).sort()
        const last = values.length - 1
        const found = quantiles(
          given,
          values.map((_, k) => (last === 0 ? 0 : k / last)),
        )
        found.forEach((value, k) => {
          // k / last * last may round to just beside k; then neighbours are interpolated.
          const scale = [k - 1, k, k + 1].reduce((sum, at) => sum + Math.abs(sorted[at] ?? 0), 0)
          expect(Math.abs(value - sorted[k]!)).toBeLessThanOrEqual(1e-12 * scale)
        })
        expect(given).toEqual(before)
      },
    ),
  )
})

test('no value, no quantile', () => {
  expect(quantiles(Float64Array.of(NaN, NaN), [0.5])).toEqual([NaN])
})

test('a quantile of sorted values is that of the values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 }),
      fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 0.75, 1)),
      (values, q) => {
        const sorted = Float64Array.from(values).sort()
        expect(quantileOfSorted(sorted, q)).toBe(quantiles(Float64Array.from(values), [q])[0])
      },
    ),
  )
  expect(quantileOfSorted(Float64Array.of(1, 2, 4), 0.75)).toBe(3)
})
