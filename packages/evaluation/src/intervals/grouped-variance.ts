import type { Delong } from './delong.ts'
import type { SortedScores } from '../sorted-scores.ts'
import { sumByUnit, type SamplingUnits } from './sampling-units.ts'

/** Labelled, scored rows. */
export interface ScoredRows {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  readonly probability: Float64Array
}

/**
 * Variance of the AUC of rows that hang together in groups (Obuchowski 1997): that of the summed placement values of the
 * groups that hold positives, of those that hold negatives, and what the two have in common. With groups of one row it is
 * DeLong's. Degrees of freedom by Welch and Satterthwaite from the parts of the two classes, as for rows that stand alone.
 *
 * @param rows both classes present
 * @param options the same rows sorted, their AUC, and their groups
 * @returns an infinite variance where one group holds all rows of a class: how other groups would do cannot be told from it
 */
export function groupedDelong(
  rows: ScoredRows,
  {
    sorted,
    auc,
    units,
  }: { readonly sorted: SortedScores; readonly auc: number; readonly units: SamplingUnits },
): Delong {
  return placementVariance(placements(rows, { sorted, auc }), { target: rows.target, units })
}

/**
 * What each row adds to the AUC beyond its mean: the share of the other class that it is placed right of, less the AUC,
 * over the rows of its class.
 *
 * @returns length n, in the order of the rows
 */
export function placements(
  { target, probability }: ScoredRows,
  { sorted, auc }: { readonly sorted: SortedScores; readonly auc: number },
): Float64Array {
  const { score, positiveCount, negativeCount, positives, negatives } = sorted
  const placement = new Map<number, readonly [number, number]>()
  let positivesAbove = 0
  let negativesAbove = 0
  for (let g = 0; g < score.length; g++) {
    const [p, n] = [positiveCount[g]!, negativeCount[g]!]
    const ofNegative = ((positivesAbove + p / 2) / positives - auc) / negatives
    const ofPositive = ((negatives - negativesAbove - n / 2) / negatives - auc) / positives
    placement.set(score[g]!, [ofNegative, ofPositive])
    positivesAbove += p
    negativesAbove += n
  }
  return Float64Array.from(probability, (p, row) => placement.get(p)![target[row] === 1 ? 1 : 0])
}

/**
 * Variance of a sum of placements, or of differences of placements, as {@link groupedDelong} takes it.
 *
 * @param placement of each row
 * @param of labels and what hangs together
 */
export function placementVariance(
  placement: Float64Array,
  { target, units }: { readonly target: Uint8Array; readonly units: SamplingUnits },
): Delong {
  const holdPositives = unitsWithTrials(sumByUnit(units, target))
  const holdNegatives = unitsWithTrials(
    sumByUnit(
      units,
      target.map((label) => 1 - label),
    ),
  )
  if (holdPositives < 2 || holdNegatives < 2) return { variance: Infinity, degreesOfFreedom: Infinity }
  const ofClass = (label: number): Float64Array =>
    sumByUnit(
      units,
      placement.map((value, row) => (target[row] === label ? value : 0)),
    )
  const [ofNegatives, ofPositives] = [ofClass(0), ofClass(1)]
  const positive = scaledSquares(ofPositives, holdPositives)
  const negative = scaledSquares(ofNegatives, holdNegatives)
  const common =
    (2 * ofPositives.reduce((sum, value, unit) => sum + value * ofNegatives[unit]!, 0) * units.count) /
    (units.count - 1)
  return {
    variance: positive + negative + common,
    degreesOfFreedom:
      (positive + negative) ** 2 /
      (positive ** 2 / (holdPositives - 1) + negative ** 2 / (holdNegatives - 1)),
  }
}

/**
 * The number of independent trials that a share of rows in groups is worth: `p (1 - p) / variance`, at most the trials.
 * Where the share is 0 or 1 the variance says nothing, and each group counts once.
 *
 * @param success 0 or 1 by row; only counted where the row is a trial
 * @param trial 0 or 1 by row
 */
export function effectiveTrials(success: Uint8Array, trial: Uint8Array, units: SamplingUnits): number {
  const trialsOf = sumByUnit(units, trial)
  const successesOf = sumByUnit(
    units,
    trial.map((value, row) => value * success[row]!),
  )
  const trials = trialsOf.reduce((a, b) => a + b, 0)
  const groups = unitsWithTrials(trialsOf)
  const share = successesOf.reduce((a, b) => a + b, 0) / trials
  if (trials === 0 || groups === 1) return groups
  if (share === 0 || share === 1) return groups
  const residual = successesOf.map((value, unit) => (value - share * trialsOf[unit]!) / trials)
  return Math.min(trials, (share * (1 - share)) / scaledSquares(residual, groups))
}

function unitsWithTrials(trialsOf: Float64Array): number {
  return trialsOf.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
}

/** Variance of a sum of units from what each adds to it; infinite where there is one unit only. */
export function scaledSquares(values: Float64Array, groups: number): number {
  if (groups < 2) return Infinity
  return (values.reduce((sum, value) => sum + value * value, 0) * groups) / (groups - 1)
}
