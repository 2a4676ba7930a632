import type { CostEvaluation } from '@claims/contracts'
import { money } from '../report/format.ts'

/**
 * The interval of a saving, as text: "$8,100 to $20,400"; a loss has its sign. Empty where there is none.
 *
 * @param cost of an evaluation
 * @example
 * savingText(evaluation.cost) // '-$1,200 to $20,400'
 */
export function savingText({ intervals, currency }: Pick<CostEvaluation, 'intervals' | 'currency'>): string {
  if (intervals === null) return ''
  const { lower, upper } = intervals.saved
  return `${money(lower, currency)} to ${money(upper, currency)}`
}
