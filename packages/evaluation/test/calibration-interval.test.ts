import { expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { costCurve, expectedCalibrationError } from '../src/index.ts'
import { calibrationErrorInterval } from '../src/intervals/calibration-error-interval.ts'
import { samplingUnits } from '../src/intervals/sampling-units.ts'

const probability = Float64Array.from({ length: 600 }, (_, i) => (i + 0.5) / 600)
/** Error and its interval where the true rate is the probability moved by `shift`. */
function interval(shift: number): { value: number; lower: number; upper: number } {
  const random = createRandom(3)
  const target = Uint8Array.from(probability, (p) => (random.next() < p + shift ? 1 : 0))
  const value = expectedCalibrationError(target, probability)
  const options = { units: samplingUnits(600), value, level: 0.95, seed: 1, resamples: 400 }
  return { value, ...calibrationErrorInterval({ target, probability }, options) }
}

test('holds 0 where a calibrated model may well show the error, and not where it hardly would', () => {
  expect(interval(0).lower).toBe(0)
  const apart = interval(0.25)
  expect(apart.value).toBeGreaterThan(0.15)
  expect(apart.lower).toBeGreaterThan(apart.value - 0.06)
  expect(apart.lower).toBeLessThan(apart.value)
  expect(apart.upper).toBeGreaterThan(apart.value)
  expect(apart.upper).toBeLessThan(apart.value + 0.06)
})

test('a cost curve has one point more than there are scores, the first above them all', () => {
  const costs = { currency: null, false_negative: 10, false_positive: 2, manual_review: 1 }
  const { threshold, total } = costCurve(
    Uint8Array.of(0, 1, 1, 0),
    Float64Array.of(0.2, 0.7, 0.2, 0.1),
    costs,
  )
  expect([...threshold]).toEqual([1, 0.7, 0.2, 0.1])
  expect(total).toHaveLength(4)
  expect(costCurve(Uint8Array.of(0, 1), Float64Array.of(0.5, 1), costs).threshold[0]).toBe(1 + Number.EPSILON)
})
