import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { gradeOf, gradeResults, populationStabilityIndex } from '../src/grades.ts'

const bands = { medium: 0.3, high: 0.6, critical: 0.8 }

describe('grades', () => {
  test.each([
    [0, 0],
    [0.2999, 0],
    [0.3, 1],
    [0.6, 2],
    [0.8, 3],
    [1, 3],
  ])('%d is in grade %d', (probability, grade) => {
    expect(gradeOf(probability, bands)).toBe(grade)
  })

  test('hold predicted and observed rates with their interval', () => {
    const probability = Float64Array.of(0.1, 0.2, 0.7, 0.7, 0.65, 0.61)
    const target = Uint8Array.of(0, 1, 1, 1, 0, 1)
    const [low, medium, high, critical] = gradeResults({ probability, target }, bands)
    expect(low).toMatchObject({ grade: 'LOW', rows: 2, positives: 1, observed: 0.5 })
    expect(low?.predicted).toBeCloseTo(0.15, 12)
    // Wilson's interval of 3 of 4 at 95 %, of R's binom::binom.confint.
    expect(high).toMatchObject({ rows: 4, positives: 3, observed: 0.75 })
    expect(high?.lower).toBeCloseTo(0.3006418, 6)
    expect(high?.upper).toBeCloseTo(0.9544127, 6)
    const empty = { rows: 0, positives: 0, predicted: null, observed: null, lower: null, upper: null }
    expect([medium, critical]).toEqual([
      { grade: 'MEDIUM', ...empty },
      { grade: 'CRITICAL', ...empty },
    ])
  })
})

describe('populationStabilityIndex', () => {
  test('is the sum of differences times logs of ratios', () => {
    const sum = (0.4 - 0.5) * Math.log(0.4 / 0.5) + (0.6 - 0.5) * Math.log(0.6 / 0.5)
    expect(populationStabilityIndex([0.5, 0.5, 0], [0.4, 0.6, 0])).toBeCloseTo(sum, 15)
  })

  test('is not known where a grade is empty on one side alone', () => {
    expect(populationStabilityIndex([0.5, 0.5], [1, 0])).toBeNull()
    expect(populationStabilityIndex([1, 0], [0.5, 0.5])).toBeNull()
  })

  test('is 0 for equal shares, and at least 0 and symmetric for others', () => {
    const shares = fc
      .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
      .map((parts) => parts.map((part) => part / parts.reduce((a, b) => a + b, 0)))
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        expect(populationStabilityIndex(a, a)).toBeCloseTo(0, 12)
        const index = populationStabilityIndex(a, b) ?? NaN
        expect(index).toBeGreaterThanOrEqual(-1e-12)
        expect(populationStabilityIndex(b, a)).toBeCloseTo(index, 12)
      }),
    )
  })
})
