import { compareCandidates, type CandidateComparison } from './compare-candidates.ts'

/** Folds that a candidate is measured on before it may be stopped. */
const foldsBeforeStopping = 2

/** A candidate that is still measured, and what it came to so far. */
export interface RunningCandidate {
  readonly name: string
  /** The metric of each fold so far; the same folds for all candidates. */
  readonly folds: readonly number[]
}

/** A candidate that need not be measured further. */
export interface StoppedCandidate {
  readonly name: string
  /** The one with the best mean so far. */
  readonly best: string
  /** Stopped minus best. */
  readonly comparison: CandidateComparison
}

/**
 * Candidates that cannot win: after two folds or more, the 95 % interval of the paired difference from the best so far
 * (corrected resampled t-test) lies on the worse side of 0. Nobody is stopped whose difference is the same in every fold,
 * because its interval says nothing.
 *
 * @param candidates those still measured
 * @param how whether the metric is better when higher; `testShare` of the folds so far
 * @returns who stops, and why; the best never does
 * @throws ClaimsError `length_mismatch`, `invalid_parameter`, `invalid_value`
 * @example
 * stoppedCandidates(
 *   [{ name: 'a', folds: [0.71, 0.72] }, { name: 'b', folds: [0.61, 0.621] }],
 *   { higherIsBetter: true, testShare: 0.2 },
 * ) // [{ name: 'b', best: 'a', comparison: { difference: -0.0995, upper: -0.089..., ... } }]
 */
export function stoppedCandidates(
  candidates: readonly RunningCandidate[],
  { higherIsBetter, testShare }: { readonly higherIsBetter: boolean; readonly testShare: number },
): StoppedCandidate[] {
  const [first] = candidates
  if (first === undefined || first.folds.length < foldsBeforeStopping) return []
  const sign = higherIsBetter ? 1 : -1
  const best = candidates.reduce((a, b) => (sign * (total(b) - total(a)) > 0 ? b : a))
  return candidates
    .filter((candidate) => candidate !== best)
    .map(({ name, folds }) => ({
      name,
      best: best.name,
      comparison: compareCandidates(folds, best.folds, { testShare }),
    }))
    .filter(({ comparison: { lower, upper } }) => lower < upper && (higherIsBetter ? upper < 0 : lower > 0))
}

function total({ folds }: RunningCandidate): number {
  return folds.reduce((sum, value) => sum + value, 0)
}
