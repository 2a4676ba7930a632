import { sortScores, type SortedScores } from '../sorted-scores.ts'

/** Probabilities are held this far from 0 and 1, so that one sure miss does not make the loss infinite. */
const epsilon = 2.220446049250313e-16

/**
 * Logarithmic loss of one row: `-ln(p)` for a positive, `-ln(1 - p)` for a negative, p held in
 * [2.2e-16, 1 - 2.2e-16].
 *
 * @param probability of the positive class, 0 ... 1
 * @param positive whether the row is positive
 * @returns nats, 0 or more
 * @example
 * rowLogLoss(0.5, true) // 0.693...
 */
export function rowLogLoss(probability: number, positive: boolean): number {
  const p = Math.min(1 - epsilon, Math.max(epsilon, probability))
  return positive ? -Math.log(p) : -Math.log(1 - p)
}

/**
 * Mean logarithmic loss (cross-entropy), see {@link rowLogLoss}.
 *
 * @param target 0 or 1, length n
 * @param probability of the positive class, length n
 * @returns nats per row, 0 or more
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * logLoss(Uint8Array.of(1, 0), Float64Array.of(0.5, 0.5)) // 0.693...
 */
export function logLoss(target: Uint8Array, probability: Float64Array): number {
  return logLossOfSorted(sortScores(target, probability))
}

/** {@link logLoss} of scores that are sorted already. */
export function logLossOfSorted({ score, positiveCount, negativeCount, rows }: SortedScores): number {
  let sum = 0
  for (let g = 0; g < score.length; g++) {
    if (positiveCount[g]! > 0) sum += positiveCount[g]! * rowLogLoss(score[g]!, true)
    if (negativeCount[g]! > 0) sum += negativeCount[g]! * rowLogLoss(score[g]!, false)
  }
  return sum / rows
}
