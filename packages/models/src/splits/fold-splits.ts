import { ClaimsError } from '@claims/contracts'
import type { Random } from '@claims/frame'
import { requireLength } from '../training-data.ts'
import { groupedFolds } from './grouped-folds.ts'
import { splitsOfFolds, tooFew, type Split } from './split.ts'
import { stratifiedFolds } from './stratified-folds.ts'
import { timeFolds } from './time-folds.ts'

/** What every way of splitting may look at. */
export interface SplitSource {
  readonly kind: 'stratified' | 'grouped' | 'time'
  /** 0 or 1, length rows. */
  readonly target: Uint8Array
  /** Length rows, negative where not known; needed by `grouped`. */
  readonly groups?: Int32Array | undefined
  /** Epoch milliseconds, NaN where not known, length rows; needed by `time`. */
  readonly times?: Float64Array | undefined
  readonly random: Random
}

/**
 * The splits of a cross-validation.
 *
 * @param source kind, target and what the kind needs; folds: 2 or more
 * @returns one split per fold, each with both classes on both sides
 * @throws ClaimsError `too_few_positives`, `too_few_rows`, `label_single_class`, `length_mismatch`, `invalid_parameter`
 *
 * @example
 * const splits = foldSplits({ kind: 'stratified', target, folds: 5, random: createRandom(42) })
 */
export function foldSplits(source: SplitSource & { readonly folds: number }): Split[] {
  const { kind, target, folds, random } = source
  if (kind === 'stratified') return splitsOfFolds(stratifiedFolds(target, folds, random), folds)
  if (kind === 'grouped') {
    return splitsOfFolds(groupedFolds(target, requireGroups(source), { folds, random }), folds)
  }
  const splits = timeFolds(requireTimes(source), folds)
  splits.forEach((split, fold) => {
    requireClasses(target, split, `fold ${fold + 1} of ${folds}`)
  })
  return splits
}

/** @throws ClaimsError `invalid_parameter` when there are no groups, `length_mismatch` */
export function requireGroups({ groups, target }: SplitSource): Int32Array {
  if (groups === undefined) throw absent('groups', 'grouped')
  requireLength('groups', groups.length, target.length)
  return groups
}

/** @throws ClaimsError `invalid_parameter` when there are no times, `length_mismatch` */
export function requireTimes({ times, target }: SplitSource): Float64Array {
  if (times === undefined) throw absent('times', 'time')
  requireLength('times', times.length, target.length)
  return times
}

/** @throws ClaimsError `too_few_positives` when a side of a split lacks a class */
export function requireClasses(target: Uint8Array, split: Split, place: string): void {
  for (const side of ['train', 'test'] as const) {
    const positives = split[side].reduce((sum, row) => sum + target[row]!, 0)
    if (positives === 0) throw tooFew(`rows with label 1 in the ${side} rows of ${place}`, 0, 1)
    if (positives === split[side].length)
      throw tooFew(`rows with label 0 in the ${side} rows of ${place}`, 0, 1)
  }
}

function absent(field: string, kind: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `A ${kind} split needs ${field}`, {
    problems: [{ field, problem: 'is absent', allowed: 'one number per row' }],
  })
}
