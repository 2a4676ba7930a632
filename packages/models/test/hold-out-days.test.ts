import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { holdOut, type HoldOut } from '@claims/models'

const day = 86_400_000
/** Each pair of rows has both labels. */
function split(days: readonly number[], testShare: number): HoldOut {
  const times = Float64Array.from(days.flatMap((each) => [each * day, each * day + 1]))
  const target = Uint8Array.from(times, (_, i) => i % 2)
  return holdOut({ kind: 'time', target, times, testShare, random: createRandom(1) })
}

describe('rows set aside by time', () => {
  test.each([0.05, 0.2, 0.5, 0.9])('two days are one to learn from and one to test, share %s', (share) => {
    expect(split([10, 11], share)).toMatchObject({
      train: Uint32Array.of(0, 1),
      test: Uint32Array.of(2, 3),
      cutoff: 11 * day,
    })
  })

  test.each([
    [0.2, 14],
    [0.3, 14],
    [0.4, 13],
    [0.6, 12],
    [0.99, 11],
  ])('of five days the cut nearest to a share of %s is at day %s; one day is always left', (share, first) => {
    expect(split([10, 11, 12, 13, 14], share).cutoff).toBe(first * day)
  })

  test('a day is cut at its first instant, before 1970 too', () => {
    expect(split([-3, -2], 0.5).cutoff).toBe(-2 * day)
  })
})
