import { ClaimsError, type TestEvaluation } from '@claims/contracts'

/** Counts of rows by outcome and prediction: true and false negatives and positives. */
export type Confusion = TestEvaluation['confusion']

/**
 * The confusion matrix at a threshold; a row is predicted positive when its probability is at or above it.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, length n
 * @param threshold 0 ... 1
 * @returns counts that add up to n
 * @throws ClaimsError `length_mismatch`
 * @example
 * confusion(Uint8Array.of(1, 0, 0), Float64Array.of(0.7, 0.5, 0.1), 0.5) // { tn: 1, fp: 1, fn: 0, tp: 1 }
 */
export function confusion(target: Uint8Array, probability: Float64Array, threshold: number): Confusion {
  if (probability.length !== target.length) {
    throw new ClaimsError(
      'length_mismatch',
      `There are ${String(target.length)} labels and ${String(probability.length)} scores`,
    )
  }
  let tn = 0
  let fp = 0
  let fn = 0
  let tp = 0
  for (let i = 0; i < target.length; i++) {
    const flagged = probability[i]! >= threshold
    if (target[i] === 1) {
      if (flagged) tp++
      else fn++
    } else if (flagged) fp++
    else tn++
  }
  return { tn, fp, fn, tp }
}
