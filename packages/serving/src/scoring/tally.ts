import type { RowWarning } from '@claims/contracts'
import type { FieldCounts } from './check-fields.ts'

/** What is counted of one request. */
export interface Tally {
  /** Calibrated probability of each scored claim. */
  readonly scores: { readonly level: 'low' | 'high'; readonly probability: number }[]
  /** Refused claims by code. */
  readonly rejected: Record<string, number>
  /** Warnings by code. */
  readonly warnings: Record<string, number>
  readonly fields: FieldCounts
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return {
    scores: [],
    rejected: {},
    warnings: {},
    fields: { near_miss: 0, unexpected: 0, conflicting: 0 },
  }
}

/** Adds the fields of one claim. */
export function countFields(tally: Tally, counts: FieldCounts): void {
  tally.fields.near_miss += counts.near_miss
  tally.fields.unexpected += counts.unexpected
  tally.fields.conflicting += counts.conflicting
}

/** Adds the warnings of one claim. */
export function countWarnings(tally: Tally, warnings: readonly RowWarning[]): void {
  for (const { code } of warnings) tally.warnings[code] = (tally.warnings[code] ?? 0) + 1
}

/** Adds a refused claim. */
export function countRejected(tally: Tally, code: string): void {
  tally.rejected[code] = (tally.rejected[code] ?? 0) + 1
}
