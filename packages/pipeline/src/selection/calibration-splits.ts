import type { Split } from '@claims/models'

/** A model of fewer rows than this share of the final model's is another model. */
const leastShare = 0.6

/**
 * The splits whose predictions stand for those of the final model: their models learnt from at least 60 % of the rows
 * that it learns from; at least the two with the most. Cross-validation by random folds keeps all. Of folds in order of
 * time the first models learn from a sixth or a third of the rows, are more extreme or lean to one side, and a
 * calibrator or a threshold fitted on them would carry that over to a model that does not.
 *
 * @param splits of a cross-validation
 * @returns some of them, in their order
 */
export function calibrationSplits(splits: readonly Split[]): readonly Split[] {
  const all = Math.max(...splits.map(({ train, test }) => train.length + test.length))
  const second = splits.map(({ train }) => train.length).sort((a, b) => b - a)[1] ?? 0
  const least = Math.min(second, leastShare * all)
  return splits.filter(({ train }) => train.length >= least)
}
