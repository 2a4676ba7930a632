import type { Manifest } from '@claims/contracts'

/**
 * Why a model is not promotable, as its training wrote it; what can be told of a bundle of format 1, which does not say.
 *
 * @param headline of its manifest
 * @returns at least one reason
 */
export function reasonsAgainst({
  reasons,
  roc_auc_lower: lower,
  roc_auc_upper: upper,
}: Manifest['headline']): readonly string[] {
  if (reasons !== undefined && reasons.length > 0) return reasons
  const interval = `the interval of the test AUC, ${lower.toFixed(3)} to ${upper.toFixed(3)}`
  return [
    lower <= 0.5
      ? `There is nothing to learn here: ${interval}, is not above 0.5, which is what a coin gets.`
      : 'It misses a limit of its blueprint or saves nothing; its evaluation.json says which.',
  ]
}
