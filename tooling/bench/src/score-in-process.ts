import type { Scorer } from '@claims/scoring'
import { judge, type Measurement } from './measurement.ts'
import { quantile } from './quantile.ts'

const warmUps = 2000
const runs = 10_000

/** One claim, in process, from JSON object to prediction with four reasons. */
export function scoreInProcess(scorer: Scorer, claims: readonly Record<string, unknown>[]): Measurement[] {
  const times: number[] = []
  for (let i = 0; i < warmUps + runs; i++) {
    const claim = claims[i % claims.length]
    const from = process.hrtime.bigint()
    scorer.scoreRecords([claim], { reasons: 4 })
    if (i >= warmUps) times.push(Number(process.hrtime.bigint() - from) / 1e6)
  }
  return [
    judge({
      name: 'one claim in process, p50',
      value: quantile(times, 0.5),
      unit: 'ms',
      limit: { at: 'most', value: 1 },
    }),
    judge({
      name: 'one claim in process, p99',
      value: quantile(times, 0.99),
      unit: 'ms',
      limit: { at: 'most', value: 5 },
    }),
  ]
}
