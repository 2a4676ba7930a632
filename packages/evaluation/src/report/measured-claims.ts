import type { MeasuredOn } from '@claims/contracts'

/** What the measured rows are called: "test claims", or "claims of FILE" where a file was measured later. */
export function measuredClaims(measured: MeasuredOn): string {
  return measured.kind === 'held_out' ? 'test claims' : `claims of ${measured.source}`
}

/** Whether figures on these rows flatter the model, because it was fitted on some of them. */
export function isKnown(measured: MeasuredOn): boolean {
  if (measured.kind === 'held_out') return false
  return measured.training_file || measured.known_rows?.beyond_chance === true
}
