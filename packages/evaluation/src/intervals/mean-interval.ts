import { ClaimsError } from '@claims/contracts'
import { createRandom, quantileOfSorted } from '@claims/frame'
import { defaultResamples } from './bootstrap.ts'
import { unitDrawer } from './draw-units.ts'
import { samplingUnits, sumByUnit } from './sampling-units.ts'
import type { Interval } from './wilson.ts'

/** How the rows hang together, and how sure to be. */
export interface MeanIntervalOptions {
  /** Length of the values, negative for a row that stands alone: whole groups are drawn. */
  readonly groups?: Int32Array | undefined
  readonly seed: number
  /** 0.95 where absent. */
  readonly level?: number | undefined
  /** `defaultResamples` where absent. */
  readonly resamples?: number | undefined
}

/**
 * The mean of a value of each test row with a percentile bootstrap interval: the cost of a claim, what a claim saves
 * against a baseline, predicted less observed. Differences of the same row are paired by being taken first.
 *
 * @param values one per row, finite, at least one
 * @returns the mean, widened bounds never leave it out
 * @throws ClaimsError `empty_data`
 *
 * @example
 * meanInterval(Float64Array.of(150, 0, 0, 10_000), { seed: 1 }) // { value: 2537.5, lower: ..., upper: ... }
 */
export function meanInterval(
  values: Float64Array,
  { groups, seed, level = 0.95, resamples = defaultResamples(values.length) }: MeanIntervalOptions,
): Interval & { readonly value: number } {
  if (values.length === 0) throw new ClaimsError('empty_data', 'There are no rows to take the mean of')
  const units = samplingUnits(values.length, groups)
  const sums = sumByUnit(units, values)
  const random = createRandom(seed).split('mean-interval')
  const drawUnits = unitDrawer(random, units.count)
  const means = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    let sum = 0
    let rows = 0
    const drawn = drawUnits()
    for (let i = 0; i < drawn.length; i++) {
      const unit = drawn[i]!
      sum += sums[unit]!
      rows += units.start[unit + 1]! - units.start[unit]!
    }
    means[r] = sum / rows
  }
  means.sort()
  const value = values.reduce((sum, each) => sum + each, 0) / values.length
  return {
    value,
    lower: Math.min(value, quantileOfSorted(means, (1 - level) / 2)),
    upper: Math.max(value, quantileOfSorted(means, (1 + level) / 2)),
  }
}
