import type { ApproverState } from '../approvals/approver-state.ts'
import { verifyApprovals } from '../approvals/verify-approvals.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { replayHistory } from '../rules/replay-history.ts'

/** What a history that was brought says and nobody could check. */
export interface Unchecked {
  /** Promotions that are taken over as they stand: no gate was judged. */
  readonly promotions: number
  /** Approvals whose signature does not hold with the keys that are enrolled in the database. */
  readonly approvals: number
}

/** Counts what a history says that an import cannot check. */
export function uncheckedIn(entries: readonly HistoryEntry[], approvers: ApproverState): Unchecked {
  const verdicts = verifyApprovals(replayHistory(entries).gates, approvers)
  return {
    promotions: entries.filter(({ action }) => action === 'promote').length,
    approvals: verdicts.filter(({ problem }) => problem !== null).length,
  }
}
