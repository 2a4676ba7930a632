import type { Constraint, PromotionPolicy } from '../history/details/policy-details.ts'
import { constraintText, isSameSubject, wantsHigh } from './constraint.ts'

/**
 * What a policy demands less than another one.
 *
 * @param before what holds
 * @param after what shall hold
 * @returns a sentence for each thing; empty where it demands as much or more
 */
export function weakenings(before: PromotionPolicy, after: PromotionPolicy): readonly string[] {
  const gone = before.constraints
    .filter((row) => !after.constraints.some((other) => isAsStrict(other, row)))
    .map((row) => `It no longer demands ${constraintText(row)}.`)
  const fewer =
    after.approvals < before.approvals
      ? [`It demands ${String(after.approvals)} instead of ${String(before.approvals)} approvals.`]
      : []
  const longest = before.longest_validity_days
  const longer =
    longest !== null && (after.longest_validity_days ?? Infinity) > longest
      ? [`It lets approvals count for longer than ${String(longest)} days.`]
      : []
  return [...fewer, ...gone, ...longer]
}

function isAsStrict(row: Constraint, than: Constraint): boolean {
  if (!isSameSubject(row, than)) return false
  if (row.limit === than.limit) return row.operator === than.operator || than.operator.length === 2
  return wantsHigh(row) ? row.limit > than.limit : row.limit < than.limit
}
