/**
 * Quantile by linear interpolation between order statistics (Hyndman & Fan type 7).
 *
 * @param sorted ascending, at least one value
 * @param probability 0 ... 1
 */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  const at = (sorted.length - 1) * probability
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(sorted.length - 1, below + 1)]!
  return low + (high - low) * (at - below)
}
