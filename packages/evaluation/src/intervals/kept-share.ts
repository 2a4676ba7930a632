import { effectiveTrials, scaledSquares, type ScoredRows } from './grouped-variance.ts'
import { sumByUnit, type SamplingUnits } from './sampling-units.ts'

/** Rows of a class that pass a question, and those that it is asked of. */
export interface Asked {
  /** 0 or 1 by row; only counted where the row is a trial. */
  readonly success: Uint8Array
  /** 0 or 1 by row. */
  readonly trial: Uint8Array
}

/**
 * Standard error of the share of positives of rows whose split kept the share of their file: that of the file. Another
 * file would have another share, and its test rows with it, but one that is known from all rows of the file.
 *
 * @param target 0 or 1, length n
 * @param options what hangs together, and the rows of the file, n or more
 */
export function keptShareError(
  target: Uint8Array,
  { units, fileRows }: { readonly units: SamplingUnits; readonly fileRows: number },
): number {
  const share = target.reduce((sum, value) => sum + value, 0) / target.length
  const worth = effectiveTrials(target, new Uint8Array(target.length).fill(1), units) / target.length
  return Math.sqrt((share * (1 - share)) / worth / fileRows)
}

/**
 * The number of independent trials that a share of rows is worth where the share of positives was kept: the rows of a
 * class vary, their number only as the file's does. A precision is worth more than its flagged rows, because the number
 * of positives among them has less luck in it. Where the share is 0 or 1 the variance says nothing.
 *
 * @param asked by row
 * @param of the rows' labels, what hangs together, and the error of the share of positives
 * @returns undefined where the variance says nothing
 */
export function keptShareTrials(
  { success, trial }: Asked,
  {
    target,
    units,
    shareError,
  }: Pick<ScoredRows, 'target'> & { readonly units: SamplingUnits; readonly shareError: number },
): number | undefined {
  const rows = target.length
  const trials = trial.reduce((sum, value) => sum + value, 0)
  const share = success.reduce((sum, value, row) => sum + value * trial[row]!, 0) / trials
  if (!(share > 0 && share < 1)) return undefined
  const pull = [0, 0]
  const ofClass = [0, 0]
  for (let row = 0; row < rows; row++) {
    const label = target[row]!
    ofClass[label] = ofClass[label]! + 1
    pull[label] = pull[label]! + trial[row]! * (success[row]! - share)
  }
  for (const label of [0, 1]) pull[label] = pull[label]! / ofClass[label]!
  const influence = Float64Array.from(target, (label, row) => {
    const own = trial[row]! * (success[row]! - share)
    return (own - pull[label]!) / trials
  })
  const ofShare = ((pull[1]! - pull[0]!) * rows * shareError) / trials
  const variance = scaledSquares(sumByUnit(units, influence), units.count) + ofShare ** 2
  return (share * (1 - share)) / variance
}
