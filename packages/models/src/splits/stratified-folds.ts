import type { Random } from '@claims/frame'
import { requireBothClasses } from '../training-data.ts'
import { requireFolds, tooFew } from './split.ts'

/**
 * Deals the rows of each class in random order to the folds in turn, so that folds differ by at most one row in all
 * and in each class.
 *
 * @param target 0 or 1, length rows
 * @param folds 2 or more
 * @param random decides the order
 * @returns the fold of each row, length rows
 * @throws ClaimsError `too_few_positives` when a class has fewer rows than folds, `label_single_class`, `label_invalid`,
 *   `invalid_parameter`
 *
 * @example
 * const foldOf = stratifiedFolds(target, 5, createRandom(42).split('folds'))
 */
export function stratifiedFolds(target: Uint8Array, folds: number, random: Random): Int32Array {
  requireFolds(folds)
  const positives = requireBothClasses(target)
  const negatives = target.length - positives
  if (positives < folds) throw tooFew('rows with label 1', positives, folds)
  if (negatives < folds) throw tooFew('rows with label 0', negatives, folds)
  const foldOf = new Int32Array(target.length)
  const order = random.permutation(target.length)
  const nameOf = random.permutation(folds)
  let dealt = 0
  for (const label of [1, 0]) {
    for (const row of order) if (target[row] === label) foldOf[row] = nameOf[dealt++ % folds]!
  }
  return foldOf
}
