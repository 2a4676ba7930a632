import { describe, expect, test } from '@jest/globals'
import { logLoss } from '../src/index.ts'

describe('logLoss', () => {
  test('counts the rows of every score, the lowest and the highest too', () => {
    const rows: readonly (readonly [number, 0 | 1])[] = [
      [0.1, 1],
      [0.1, 0],
      [0.5, 0],
      [0.9, 0],
      [0.9, 1],
    ]
    const expected = -(Math.log(0.1) + Math.log(0.9) + Math.log(0.5) + Math.log(0.1) + Math.log(0.9)) / 5
    const target = Uint8Array.from(rows, ([, label]) => label)
    expect(
      logLoss(
        target,
        Float64Array.from(rows, ([p]) => p),
      ),
    ).toBeCloseTo(expected, 14)
  })

  test.each([
    [0, 1],
    [1, 0],
  ])('one sure miss, %s for label %s, is finite: the probability is held 2.2e-16 away', (p, label) => {
    expect(logLoss(Uint8Array.of(label), Float64Array.of(p))).toBeCloseTo(-Math.log(2 ** -52), 12)
  })
})
