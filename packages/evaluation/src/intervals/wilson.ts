import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

/** Bounds of a confidence interval. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/**
 * Wilson's score interval of a proportion (Wilson 1927), without continuity correction.
 *
 * @param successes 0 ... trials; may be fractional
 * @param trials 0 or more; without trials nothing is known and the interval is 0 ... 1
 * @param level confidence, 0 ... 1, such as 0.95
 * @returns bounds within 0 ... 1
 * @example
 * wilsonInterval(8, 10, 0.95) // { lower: 0.490..., upper: 0.943... }
 */
export function wilsonInterval(successes: number, trials: number, level: number): Interval {
  if (trials === 0) return { lower: 0, upper: 1 }
  const z = standardNormalQuantile((1 + level) / 2)
  const share = successes / trials
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials)
  const half =
    (z / (1 + (z * z) / trials)) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  return {
    lower: successes === 0 ? 0 : Math.max(0, centre - half),
    upper: successes === trials ? 1 : Math.min(1, centre + half),
  }
}

/** Quantile of the standard normal distribution. @param probability 0 ... 1 */
export function standardNormalQuantile(probability: number): number {
  return normalQuantile(probability, 0, 1)
}
