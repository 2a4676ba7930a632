/** What early stopping found in a fold. */
export interface FoldRounds {
  readonly rounds: number
  /** Rows that the fold's model was fitted on; those that it watched are not among them. */
  readonly rows: number
}

/**
 * Rounds for a model of all training rows, from the rounds that models of fewer rows stopped at: each fold's rounds times
 * the square root of the ratio of rows, averaged. More rows carry more rounds; with the folds' own number the final model
 * is cut too early, is less decided than the models that calibrator and threshold were fitted on, and flags more
 * negatives than they did. The power is a compromise measured on made worlds (docs/decisions.md): growing the rounds in
 * proportion to the rows, as leaving them, has a larger log loss on new rows.
 *
 * @param folds at least one
 * @param finalRows rows of the final model
 * @returns whole, at least 1
 * @example
 * finalRounds([{ rounds: 100, rows: 10_880 }], 16_000) // 121
 */
export function finalRounds(folds: readonly FoldRounds[], finalRows: number): number {
  const scaled = folds.map(({ rounds, rows }) => rounds * Math.sqrt(finalRows / rows))
  return Math.max(1, Math.round(scaled.reduce((sum, value) => sum + value, 0) / folds.length))
}
