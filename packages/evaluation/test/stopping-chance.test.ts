import { createRandom, type Random } from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import { stoppedCandidates } from '../src/index.ts'

/** Candidates and folds, and how much better the first is, in standard deviations of a fold's metric. */
interface World {
  readonly candidates: number
  readonly folds: number
  readonly better: number
}

const runs = 4000

/**
 * The share of runs in which the first candidate is stopped. Fold metrics are normal with the correlation that the
 * corrected t-test assumes: 1 / k between the folds of one candidate.
 */
function stoppedShare({ candidates, folds, better }: World): number {
  const random = createRandom(1).split('stopping')
  let stopped = 0
  for (let run = 0; run < runs; run++) if (isStopped(random, { candidates, folds, better })) stopped++
  return stopped / runs
}

function isStopped(random: Random, { candidates, folds, better }: World): boolean {
  const common = Math.sqrt(1 / folds)
  const own = Math.sqrt(1 - 1 / folds)
  let running = Array.from({ length: candidates }, (_, i) => {
    const level = common * random.normal() + (i === 0 ? better : 0)
    return { name: String(i), all: Array.from({ length: folds }, () => level + own * random.normal()) }
  })
  for (let fold = 2; fold < folds; fold++) {
    const out = stoppedCandidates(
      running.map(({ name, all }) => ({ name, folds: all.slice(0, fold) })),
      { higherIsBetter: true, testShare: 1 / folds, folds, candidates },
    )
    if (out.some(({ name }) => name === '0')) return true
    running = running.filter(({ name }) => !out.some((each) => each.name === name))
  }
  return false
}

describe('a candidate that is as good as every other, or slightly better', () => {
  test.each<World>([
    { candidates: 2, folds: 5, better: 0 },
    { candidates: 2, folds: 5, better: 0.3 },
    { candidates: 4, folds: 5, better: 0 },
    { candidates: 2, folds: 10, better: 0 },
    { candidates: 4, folds: 10, better: 0 },
  ])('is stopped with a chance of 5 %% at most over all folds: %j', (world) => {
    // 5 % and three standard errors of a share of 5 % of the runs.
    expect(stoppedShare(world)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs))
  })

  test('while one that is far worse stops in nearly every run', () => {
    expect(stoppedShare({ candidates: 2, folds: 5, better: -8 })).toBeGreaterThan(0.9)
  })
})
