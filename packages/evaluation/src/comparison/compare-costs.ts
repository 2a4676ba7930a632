import type { Costs } from '@claims/contracts'
import { costOfConfusion } from '../decisions/cost-of-confusion.ts'
import type { Interval } from '../intervals/wilson.ts'
import type { ComparedModel, ComparedRows } from './compared-rows.ts'
import { weightedShares } from './decided-differently.ts'
import { noDifference } from './difference.ts'

/** How the cost of a claim differs, or why it cannot be said. */
export type CostDifference =
  | {
      readonly currency: string | null
      /** Cost of a claim by each, at its own threshold. */
      readonly a: number
      readonly b: number
      /** Second less first, of a claim. */
      readonly difference: number
      readonly interval: Interval
      readonly method: string
      readonly reason: null
    }
  | { readonly reason: string }

/** Compares what two models cost on the same rows, where both were given the same costs. */
export function compareCosts(
  rows: ComparedRows,
  { a, b }: { readonly a: ComparedModel; readonly b: ComparedModel },
): CostDifference {
  const costs = a.costs ?? null
  const others = b.costs ?? null
  if (costs === null || others === null) {
    const without = [costs === null ? a.name : null, others === null ? b.name : null].filter(
      (name) => name !== null,
    )
    return { reason: `nobody gave costs to ${without.join(' and ')}` }
  }
  if (costs.currency !== others.currency)
    return {
      reason: `costs are in ${costs.currency ?? 'no currency'} and in ${others.currency ?? 'no currency'}`,
    }
  if (!sameCosts(costs, others)) return { reason: 'the two were given different costs' }
  const n = rows.target.length
  const perClaim = (of: 'a' | 'b'): number => costOfConfusion(rows[of].counts, costs).total / n
  const found = costs.manual_review - costs.false_negative
  const needless = costs.manual_review + costs.false_positive
  const shares = weightedShares(rows, [
    { worth: found, counts: (label, _, onlyB) => label === 1 && onlyB },
    { worth: -found, counts: (label, onlyA) => label === 1 && onlyA },
    { worth: needless, counts: (label, _, onlyB) => label === 0 && onlyB },
    { worth: -needless, counts: (label, onlyA) => label === 0 && onlyA },
  ])
  const same = rows.sameScores && rows.sameDecisions
  const difference = perClaim('b') - perClaim('a')
  return {
    ...{ currency: costs.currency, a: perClaim('a'), b: perClaim('b'), difference, reason: null },
    interval: same
      ? { lower: 0, upper: 0 }
      : { lower: Math.min(difference, shares.lower), upper: Math.max(difference, shares.upper) },
    method: same ? noDifference.method : sharesMethod,
  }
}

/** How intervals of differences of decisions are made. */
export const sharesMethod =
  "Wilson's intervals of the shares of rows decided differently, squared and added (MOVER)"

function sameCosts(a: Costs, b: Costs): boolean {
  return (
    a.false_negative === b.false_negative &&
    a.false_positive === b.false_positive &&
    a.manual_review === b.manual_review
  )
}
