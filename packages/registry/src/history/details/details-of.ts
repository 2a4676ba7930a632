import type { HistoryEntry } from '../history-entry.ts'
import type { DetailsByAction } from './details-by-action.ts'

/**
 * The details of an entry where its action is the one that is asked for.
 *
 * @param entry that was read, so its details are of its action
 * @param action whose details are wanted
 *
 * @example
 * detailsOf(entry, 'register')?.headline.roc_auc
 */
export function detailsOf<A extends keyof DetailsByAction>(
  entry: HistoryEntry,
  action: A,
): DetailsByAction[A] | undefined {
  return entry.action === action ? (entry.details as DetailsByAction[A] | undefined) : undefined
}
