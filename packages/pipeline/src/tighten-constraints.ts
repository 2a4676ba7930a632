import type { SelectionConstraints } from '@claims/contracts'

/** One-sided 95 % point of the standard normal distribution. */
const z = 1.6449

/** Rows by class. */
export interface ClassCounts {
  readonly positives: number
  readonly negatives: number
}

/**
 * Constraints with room for chance. A threshold that meets a limit exactly on the rows it was chosen on misses it on
 * new rows half of the time. Each limit moves by `z sqrt(v (1 - v) (1 / n + 1 / m))`, v the limit, n and m the rows
 * that the rate is measured on when choosing and when testing, so that it holds on new rows 19 times in 20 for scores of
 * the same kind. That the final model is not one of the models that the threshold was chosen on is no chance and not in
 * the margin; `finalRounds` keeps that difference small.
 *
 * @param constraints as declared
 * @param chosenOn rows that the threshold is chosen on
 * @param testedOn rows that the constraints are judged on
 * @returns the tighter constraints; `min_roc_auc` does not depend on a threshold and stays
 */
export function tightenConstraints(
  constraints: SelectionConstraints,
  chosenOn: ClassCounts,
  testedOn: ClassCounts,
): SelectionConstraints {
  const margin = (limit: number, n: number, m: number): number =>
    z * Math.sqrt(limit * (1 - limit) * (1 / n + 1 / m))
  const all = ({ positives, negatives }: ClassCounts): number => positives + negatives
  const {
    min_recall: recall,
    min_accuracy: accuracy,
    max_false_positive_rate: falsePositiveRate,
  } = constraints
  return {
    ...constraints,
    ...(recall === undefined
      ? {}
      : { min_recall: recall + margin(recall, chosenOn.positives, testedOn.positives) }),
    ...(accuracy === undefined
      ? {}
      : { min_accuracy: accuracy + margin(accuracy, all(chosenOn), all(testedOn)) }),
    ...(falsePositiveRate === undefined
      ? {}
      : {
          max_false_positive_rate:
            falsePositiveRate - margin(falsePositiveRate, chosenOn.negatives, testedOn.negatives),
        }),
  }
}

/** Counts the classes. @param target 0 or 1 */
export function countClasses(target: Uint8Array): ClassCounts {
  let positives = 0
  for (let i = 0; i < target.length; i++) positives += target[i]!
  return { positives, negatives: target.length - positives }
}
