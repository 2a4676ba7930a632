import { metricNames, type MetricName } from '@claims/contracts'
import { createRandom, quantileOfSorted } from '@claims/frame'
import { sumsOf, terms, type Counts } from '../intervals/bootstrap.ts'
import { unitDrawer } from '../intervals/draw-units.ts'
import type { Interval } from '../intervals/wilson.ts'
import { metricTable } from '../metrics/metric-table.ts'
import { precision } from '../metrics/confusion-metrics.ts'
import type { ComparedRows, JudgedModel } from './compared-rows.ts'

/**
 * Percentile intervals of differences from resamples of rows, or of whole groups: each resample is drawn once and both
 * models are measured on it. A draw that lacks a class is drawn again. The KS distance is biased upward, so the interval
 * of its difference is shifted back by twice the bootstrap's estimate of that bias.
 *
 * @param rows judged by both
 * @param options resamples and seed; the observed difference of each metric, which no interval leaves out
 * @returns intervals of the metrics that are made by resampling, and of precision
 */
export function pairedBootstrap(
  rows: ComparedRows,
  options: {
    readonly seed: number
    readonly resamples: number
    readonly observed: Readonly<Record<MetricName, number>>
  },
): ReadonlyMap<MetricName, Interval> {
  const { target, units, level } = rows
  const { seed, resamples, observed } = options
  const drawUnits = unitDrawer(createRandom(seed).split('paired-bootstrap'), units.count)
  const [a, b] = [resampled(rows.a), resampled(rows.b)]
  const measured = metricNames.flatMap((name) => {
    const { interval } = metricTable[name]
    const of =
      interval.kind === 'bootstrap'
        ? interval.of
        : name === 'precision'
          ? ({ counts }: Parameters<Measure>[0]) => precision(counts)
          : undefined
    const centred = interval.kind === 'bootstrap' && interval.centred === true
    return of === undefined ? [] : [{ name, of, centred, values: new Float64Array(resamples) }]
  })
  for (let r = 0; r < resamples; r++) {
    for (;;) {
      a.clear()
      b.clear()
      let drawn = 0
      let positives = 0
      const chosen = drawUnits()
      for (let i = 0; i < chosen.length; i++) {
        const unit = chosen[i]!
        for (let at = units.start[unit]!; at < units.start[unit + 1]!; at++) {
          const row = units.rows[at]!
          const isPositive = target[row]!
          a.add(row, isPositive)
          b.add(row, isPositive)
          positives += isPositive
          drawn++
        }
      }
      if (positives > 0 && positives < drawn) break
    }
    const [ofA, ofB] = [a.sums(), b.sums()]
    for (const { of, values } of measured) values[r] = of(ofB) - of(ofA)
  }
  const intervals = measured.map(({ name, values, centred }): [MetricName, Interval] => {
    const difference = observed[name]
    const sorted = values.sort()
    const bias = centred ? sorted.reduce((sum, each) => sum + each, 0) / resamples - difference : 0
    return [
      name,
      {
        lower: Math.min(difference, quantileOfSorted(sorted, (1 - level) / 2) - 2 * bias),
        upper: Math.max(difference, quantileOfSorted(sorted, (1 + level) / 2) - 2 * bias),
      },
    ]
  })
  return new Map(intervals)
}

type Measure = (sums: ReturnType<typeof sumsOf>) => number

/** Counts of one model's scores in a resample. */
function resampled({ probability, sorted, threshold }: JudgedModel): {
  clear(): void
  add(row: number, isPositive: number): void
  sums(): ReturnType<typeof sumsOf>
} {
  const placeOf = new Map<number, number>()
  sorted.score.forEach((value, place) => placeOf.set(value, place))
  const place = Uint32Array.from(probability, (p) => placeOf.get(p)!)
  const positiveCount = new Uint32Array(sorted.score.length)
  const negativeCount = new Uint32Array(sorted.score.length)
  const counts: Counts = { positiveCount, negativeCount }
  const fixed = terms(sorted, threshold)
  return {
    clear() {
      positiveCount.fill(0)
      negativeCount.fill(0)
    },
    add(row, isPositive) {
      const of = isPositive === 1 ? positiveCount : negativeCount
      of[place[row]!] = of[place[row]!]! + 1
    },
    sums: () => sumsOf(sorted, counts, fixed),
  }
}
