import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { scaledSquares } from '../intervals/grouped-variance.ts'
import { sumByUnit, type SamplingUnits } from '../intervals/sampling-units.ts'
import type { Difference } from './difference.ts'

/**
 * The mean of what each row differs by, with Student's t over rows, or over groups where rows hang together: the paired
 * t-test for rows that stand alone.
 *
 * @param apart second less first, one per row, at least one
 * @param options what hangs together; confidence
 * @returns without interval and p-value where one unit, or one and the same difference everywhere, says nothing of others
 */
export function pairedMean(
  apart: Float64Array,
  { units, level }: { readonly units: SamplingUnits; readonly level: number },
): Difference {
  const rows = apart.length
  const difference = apart.reduce((sum, each) => sum + each, 0) / rows
  const over = units.count < rows ? `${String(units.count)} groups` : 'rows'
  const method = `paired differences, Student's t over ${over}`
  const residual = apart.map((each) => (each - difference) / rows)
  const variance = scaledSquares(sumByUnit(units, residual), units.count)
  if (!(variance > 0 && Number.isFinite(variance)))
    return { difference, interval: null, p_value: null, method: `${method}: these rows cannot tell it` }
  const degrees = units.count - 1
  const error = Math.sqrt(variance)
  const half = tQuantile((1 + level) / 2, degrees) * error
  return {
    difference,
    interval: { lower: difference - half, upper: difference + half },
    p_value: 2 * tCdf(-Math.abs(difference) / error, degrees),
    method,
  }
}
