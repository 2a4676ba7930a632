import type { DataWarning } from '@claims/contracts'
import { describeWarning } from '@claims/validation'

const mostTexts = 20

/**
 * Which rule of which column rejected rows, with counts and examples: "amount is not a number: 26 rows (4.33 %), such as
 * 1,240". The most frequent first.
 *
 * @param warnings of the data; only those of severity `error` reject
 */
export function rejectionTexts(warnings: readonly DataWarning[]): string[] {
  const errors = warnings.filter(({ severity }) => severity === 'error')
  const shown = errors.slice(0, mostTexts).map((warning) => `Rejected: ${describeWarning(warning)}.`)
  const more = errors.length - shown.length
  return more === 0 ? shown : [...shown, `Rejected: ${String(more)} more rules and columns.`]
}
