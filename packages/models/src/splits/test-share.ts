import { ClaimsError } from '@claims/contracts'
import type { Split } from './split.ts'

/**
 * The share of test rows that stands for all splits in the corrected interval of a cross-validation: `r / (1 + r)`, r the
 * mean of test rows over training rows. Folds in order of time learn from ever more rows, so that no one fold stands for
 * all.
 *
 * @param splits at least one, both sides with rows
 * @returns above 0 and below 1
 * @throws ClaimsError `invalid_parameter`
 *
 * @example
 * testShareOf(foldSplits({ kind: 'stratified', target, folds: 5, random })) // 0.2
 */
export function testShareOf(splits: readonly Split[]): number {
  if (splits.length === 0 || splits.some(({ train, test }) => train.length === 0 || test.length === 0)) {
    throw new ClaimsError(
      'invalid_parameter',
      'The share of test rows needs splits with rows on both sides',
      {
        problems: [{ field: 'splits', problem: 'have an empty side', allowed: 'rows on both sides' }],
      },
    )
  }
  const ratio = splits.reduce((sum, { train, test }) => sum + test.length / train.length, 0) / splits.length
  return ratio / (1 + ratio)
}
