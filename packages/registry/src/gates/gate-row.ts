import type { GateRow } from '../history/details/promotion-details.ts'
import { placeText } from './constraint.ts'

/** Characters of a sentence at most: an entry of a ledger holds 1 MB. */
const longestWhy = 2_000

/** A gate row of what is said; what is left out is null, and nothing is passed over yet. */
export function gateRow(
  said: Pick<GateRow, 'gate' | 'passed' | 'why'> & Partial<Omit<GateRow, 'overridden'>>,
): GateRow {
  const why = said.why.length > longestWhy ? `${said.why.slice(0, longestWhy)}...` : said.why
  return {
    ...{ metric: null, on: null, operator: null, limit: null, value: null, evidence: null },
    ...said,
    why: why.replaceAll(/\p{Surrogate}/gu, '\uFFFD'),
    overridden: false,
  }
}

/** What a gate is about, for a reader: `recall on test`, `training verdict`. */
export function gateText({ gate, metric, on }: GateRow): string {
  if (metric !== null) return on === null ? metric : `${metric} on ${placeText(on)}`
  return gate.replaceAll('_', ' ')
}
