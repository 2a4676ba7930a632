import { ClaimsError } from '@claims/contracts'
import { compareCandidates, type CandidateComparison } from './compare-candidates.ts'
import { correctedMean } from './summarize-folds.ts'

/** A candidate's fold metrics. */
export interface SelectableCandidate {
  readonly name: string
  /** Order from simple (low) to complex. */
  readonly complexity: number
  /** The metric per fold; the same folds for all candidates. */
  readonly folds: readonly number[]
}

/** How to compare candidates. */
export interface SelectCandidateOptions {
  readonly metric: string
  readonly higherIsBetter: boolean
  /** Share of the rows in each fold's test part; 1 / k where absent. */
  readonly testShare?: number | undefined
  /** Names of candidates that were stopped because they could not win; only the rule's text tells of them. */
  readonly stopped?: readonly string[] | undefined
}

/** Which candidate was taken and why. */
export interface CandidateSelection {
  readonly name: string
  /** Full sentence for `evaluation.json`. */
  readonly rule: string
  /** The candidate with the best mean. */
  readonly best: string
  /** Every other candidate against the best one: candidate minus best. */
  readonly comparisons: readonly (CandidateComparison & { readonly name: string })[]
}

/**
 * The candidate with the best mean over folds, unless a simpler one is within noise of it: not significantly worse by
 * the corrected resampled t-test (p > 0.05) and its mean within one standard error of the best's. Among those the
 * simplest is taken, so that candidates whose intervals overlap are not ranked by luck.
 *
 * @param candidates at least one
 * @throws ClaimsError `invalid_parameter` when there is none; `length_mismatch`, `invalid_value`
 * @example
 * selectCandidate(
 *   [
 *     { name: 'logistic', complexity: 0, folds: [0.84, 0.86, 0.85] },
 *     { name: 'xgboost', complexity: 1, folds: [0.845, 0.861, 0.85] },
 *   ],
 *   { metric: 'roc_auc', higherIsBetter: true },
 * ).name // 'logistic'
 */
export function selectCandidate(
  candidates: readonly SelectableCandidate[],
  { metric, higherIsBetter, testShare, stopped = [] }: SelectCandidateOptions,
): CandidateSelection {
  const [first] = candidates
  if (first === undefined) {
    throw new ClaimsError('invalid_parameter', 'There is no candidate to select', {
      problems: [{ field: 'candidates', problem: 'is empty', allowed: 'one candidate or more' }],
    })
  }
  const sign = higherIsBetter ? 1 : -1
  const share = testShare ?? 1 / first.folds.length
  const measured = candidates.map((candidate) => ({ ...candidate, ...correctedMean(candidate.folds, share) }))
  const ordered = [...measured].sort((a, b) => sign * (b.mean - a.mean) || a.complexity - b.complexity)
  const best = ordered[0]!
  const comparisons = ordered.slice(1).map((other) => ({
    name: other.name,
    ...compareCandidates(other.folds, best.folds, { testShare: share }),
  }))
  const standardError = plainStandardError(best.folds)
  const withinNoise = ordered.slice(1).filter((other, i) => {
    const gap = sign * (best.mean - other.mean)
    return other.complexity < best.complexity && comparisons[i]!.p_value > 0.05 && gap <= standardError
  })
  const simplest = withinNoise.sort((a, b) => a.complexity - b.complexity || sign * (b.mean - a.mean))[0]
  const chosen = simplest ?? best
  return {
    name: chosen.name,
    best: best.name,
    comparisons,
    rule: ruleText({ metric, chosen, best, comparisons, standardError, stopped }),
  }
}

function plainStandardError(folds: readonly number[]): number {
  const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length
  const squares = folds.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (folds.length - 1) / folds.length)
}

interface Measured {
  readonly name: string
  readonly mean: number
}

function ruleText({
  metric,
  chosen,
  best,
  comparisons,
  standardError,
  stopped,
}: {
  metric: string
  chosen: Measured
  best: Measured
  comparisons: CandidateSelection['comparisons']
  standardError: number
  stopped: readonly string[]
}): string {
  const end =
    stopped.length === 0
      ? ''
      : `; ${stopped.join(' and ')} could not win and ${stopped.length === 1 ? 'was' : 'were'} stopped`
  const bestText = `${best.name} has the best mean ${metric} over the folds (${best.mean.toFixed(4)})`
  if (comparisons.length === 0 && stopped.length === 0)
    return `${chosen.name} is the only candidate (mean ${metric} ${chosen.mean.toFixed(4)})`
  if (comparisons.length === 0) return `${bestText}${end}`
  if (chosen.name === best.name) return `${bestText}; no simpler candidate is within noise of it${end}`
  const p = comparisons.find((comparison) => comparison.name === chosen.name)!.p_value
  return (
    `${bestText}; ${chosen.name} (${chosen.mean.toFixed(4)}) is simpler, not significantly different ` +
    `(corrected t-test p = ${p.toFixed(2)}) and within one standard error (${standardError.toFixed(4)}), so it is selected${end}`
  )
}
