import { describe, expect, test } from '@jest/globals'
import { compareCandidates, selectCandidate, stoppedCandidates } from '../src/index.ts'

const planned = { testShare: 0.2, folds: 5, candidates: 2 }
const higher = { ...planned, higherIsBetter: true }

describe('stoppedCandidates', () => {
  test('stops a candidate whose interval of the paired difference lies below 0, and says by how much', () => {
    const worse = [0.61, 0.621]
    const best = [0.71, 0.72]
    const stopped = stoppedCandidates(
      [
        { name: 'worse', folds: worse },
        { name: 'best', folds: best },
      ],
      higher,
    )
    // Three times it is asked, on one side: 5 % / 3 on each.
    const level = 1 - 0.1 / 3
    const comparison = compareCandidates(worse, best, { testShare: 0.2, level })
    expect(stopped).toEqual([
      { name: 'worse', best: 'best', comparison: expect.anything(), level: expect.closeTo(level, 12) },
    ])
    // Two folds: t with 1 degree of freedom, 19.081 x sqrt(5e-7 x (1/2 + 1/4)) = 0.01168.
    expect(comparison.upper).toBeCloseTo(-0.0995 + 0.01168, 5)
    expect(stopped[0]?.comparison.upper).toBeCloseTo(comparison.upper, 12)
  })

  test('is stricter the more often it asks and the more rivals there are, and asks no more after the last fold', () => {
    const level = (folds: number, candidates: number): number | undefined =>
      stoppedCandidates(
        [
          { name: 'worse', folds: [0.1, 0.1001] },
          { name: 'best', folds: [0.71, 0.72] },
        ],
        { ...higher, folds, candidates },
      )[0]?.level
    expect(level(3, 2)).toBeCloseTo(0.9, 12)
    expect(level(5, 2)).toBeCloseTo(1 - 0.1 / 3, 12)
    expect(level(5, 3)).toBeCloseTo(1 - 0.1 / 3 / 2, 12)
    expect(level(2, 2)).toBeUndefined()
  })

  test('keeps a candidate that is worse within noise, also where every fold is worse', () => {
    const running = [
      { name: 'noisy', folds: [0.69, 0.66] },
      { name: 'best', folds: [0.7, 0.69] },
    ]
    expect(stoppedCandidates(running, higher)).toEqual([])
  })

  test('stops on the worse side only: a lower log loss is the better one', () => {
    const running = [
      { name: 'low', folds: [0.2, 0.21] },
      { name: 'high', folds: [0.3, 0.311] },
    ]
    expect(stoppedCandidates(running, { ...planned, higherIsBetter: false }).map(({ name }) => name)).toEqual(
      ['high'],
    )
    expect(stoppedCandidates(running, higher).map(({ name }) => name)).toEqual(['low'])
  })

  test('stops nobody after one fold, nor by a difference that is the same in every fold', () => {
    expect(
      stoppedCandidates(
        [
          { name: 'a', folds: [0.9] },
          { name: 'b', folds: [0.5] },
        ],
        higher,
      ),
    ).toEqual([])
    expect(
      stoppedCandidates(
        [
          { name: 'a', folds: [0.75, 0.75] },
          { name: 'b', folds: [0.5, 0.5] },
        ],
        higher,
      ),
    ).toEqual([])
  })
})

test('the rule of selection tells who was stopped', () => {
  const options = { metric: 'roc_auc', higherIsBetter: true, stopped: ['logistic'] }
  const { rule } = selectCandidate([{ name: 'trees', complexity: 1, folds: [0.7, 0.71] }], options)
  expect(rule).toBe(
    'trees has the best mean roc_auc over the folds (0.7050); logistic could not win and was stopped',
  )
})
