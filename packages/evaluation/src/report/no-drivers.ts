import type { Evaluation } from '@claims/contracts'

/** Why no column is listed among those that move scores. */
export function noDrivers({ explanations }: Pick<Evaluation, 'explanations'>): string {
  return explanations.rows === 0
    ? `Scores are not explained (${explanations.scale}).`
    : 'No column moves the score.'
}
