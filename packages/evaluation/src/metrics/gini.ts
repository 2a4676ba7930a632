import { rocAuc } from './roc-auc.ts'

/**
 * Gini coefficient (accuracy ratio): `2 * AUC - 1`.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n
 * @returns -1 ... 1; 0 is chance
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * gini(Uint8Array.of(0, 1, 0, 1), Float64Array.of(0.1, 0.4, 0.4, 0.8)) // 0.75
 */
export function gini(target: Uint8Array, probability: Float64Array): number {
  return 2 * rocAuc(target, probability) - 1
}
