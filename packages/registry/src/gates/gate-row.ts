import type { GateRow } from '../history/details/promotion-details.ts'
import { placeText } from './constraint.ts'

/** A gate row of what is said; what is left out is null, and nothing is passed over yet. */
export function gateRow(
  said: Pick<GateRow, 'gate' | 'passed' | 'why'> & Partial<Omit<GateRow, 'overridden'>>,
): GateRow {
  return {
    ...{ metric: null, on: null, operator: null, limit: null, value: null, evidence: null },
    ...said,
    overridden: false,
  }
}

/** What a gate is about, for a reader: `recall on test`, `training verdict`. */
export function gateText({ gate, metric, on }: GateRow): string {
  if (metric !== null) return on === null ? metric : `${metric} on ${placeText(on)}`
  return gate.replaceAll('_', ' ')
}
