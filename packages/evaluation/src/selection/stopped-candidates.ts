import { compareCandidates, type CandidateComparison } from './compare-candidates.ts'

/** Folds that a candidate is measured on before it may be stopped. */
const foldsBeforeStopping = 2
/** Largest chance of stopping a candidate that is as good as every other, over all times that it is asked. */
const chanceOfError = 0.05

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
  /** Of the comparison's interval. */
  readonly level: number
}

/** How candidates are compared on their way through the folds. */
export interface StoppingRule {
  readonly higherIsBetter: boolean
  /** Of the folds so far. */
  readonly testShare: number
  /** Folds that are planned. */
  readonly folds: number
  /** Candidates that were begun with, those that have stopped among them. */
  readonly candidates: number
}

/**
 * Candidates that cannot win: after two folds or more, the interval of the paired difference from the best so far
 * (corrected resampled t-test) lies on the worse side of 0. It is asked after every fold but the first and the last, and
 * of a difference from whichever is best, so the chance of 5 % of stopping a candidate that is as good as every other is
 * shared among the times and the rivals (docs/decisions.md). Nobody is stopped whose difference is the same in every
 * fold, because its interval says nothing.
 *
 * @param candidates those still measured
 * @param rule direction of the metric, and how much was planned
 * @returns who stops, and why; the best never does
 * @throws ClaimsError `length_mismatch`, `invalid_parameter`, `invalid_value`
 * @example
 * stoppedCandidates(
 *   [{ name: 'a', folds: [0.71, 0.72] }, { name: 'b', folds: [0.61, 0.621] }],
 *   { higherIsBetter: true, testShare: 0.2, folds: 5, candidates: 2 },
 * ) // [{ name: 'b', best: 'a', level: 0.966..., comparison: { difference: -0.0995, upper: -0.087..., ... } }]
 */
export function stoppedCandidates(
  candidates: readonly RunningCandidate[],
  { higherIsBetter, testShare, folds: planned, candidates: begun }: StoppingRule,
): StoppedCandidate[] {
  const [first] = candidates
  const looks = planned - foldsBeforeStopping
  if (first === undefined || candidates.length < 2) return []
  if (first.folds.length < foldsBeforeStopping || first.folds.length >= planned) return []
  const level = 1 - (2 * chanceOfError) / looks / (begun - 1)
  const sign = higherIsBetter ? 1 : -1
  const best = candidates.reduce((a, b) => (sign * (total(b) - total(a)) > 0 ? b : a))
  return candidates
    .filter((candidate) => candidate !== best)
    .map(({ name, folds }) => ({
      name,
      best: best.name,
      comparison: compareCandidates(folds, best.folds, { testShare, level }),
      level,
    }))
    .filter(({ comparison: { lower, upper } }) => lower < upper && (higherIsBetter ? upper < 0 : lower > 0))
}

function total({ folds }: RunningCandidate): number {
  return folds.reduce((sum, value) => sum + value, 0)
}
