import { ClaimsError } from '@claims/contracts'
import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { correctedMean } from './summarize-folds.ts'

/** How two candidates differ over the same folds. */
export interface CandidateComparison {
  /** Mean of first minus second. */
  readonly difference: number
  readonly lower: number
  readonly upper: number
  /** t; infinite where every fold differs by the same amount. */
  readonly statistic: number
  readonly degrees_of_freedom: number
  /** Two-sided. */
  readonly p_value: number
}

/**
 * Corrected resampled t-test (Nadeau & Bengio 2003) on the paired fold metrics of two candidates.
 *
 * @param first metric per fold
 * @param second metric per fold, the same folds in the same order
 * @param options `testShare` 1 / k for k-fold; `level` of the interval, 0.95 where absent
 * @throws ClaimsError `length_mismatch`, `invalid_parameter`, `invalid_value`
 * @example
 * compareCandidates([0.84, 0.86, 0.85], [0.83, 0.86, 0.84], { testShare: 1 / 3 }).p_value // 0.42...
 */
export function compareCandidates(
  first: readonly number[],
  second: readonly number[],
  { testShare, level = 0.95 }: { readonly testShare: number; readonly level?: number },
): CandidateComparison {
  if (first.length !== second.length) {
    throw new ClaimsError(
      'length_mismatch',
      `Candidates are compared on the same folds; they have ${String(first.length)} and ${String(second.length)}`,
    )
  }
  const degrees = first.length - 1
  const { mean, standardError } = correctedMean(
    first.map((value, i) => value - second[i]!),
    testShare,
  )
  const statistic = mean === 0 ? 0 : mean / standardError
  const half = tQuantile((1 + level) / 2, degrees) * standardError
  return {
    difference: mean,
    lower: mean - half,
    upper: mean + half,
    statistic,
    degrees_of_freedom: degrees,
    p_value: Number.isFinite(statistic) ? 2 * tCdf(-Math.abs(statistic), degrees) : 0,
  }
}
