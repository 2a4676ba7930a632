import type { ClaimsError } from '@claims/contracts'
import type { HistoryFacts } from '../history/history-entry.ts'

/** A refusal that the history keeps. */
export class RecordedRefusal {
  /** What is appended; it changes no state. */
  readonly entries: readonly HistoryFacts[]
  /** What the caller is answered. */
  readonly refusal: ClaimsError

  constructor(entries: readonly HistoryFacts[], refusal: ClaimsError) {
    this.entries = entries
    this.refusal = refusal
  }
}
