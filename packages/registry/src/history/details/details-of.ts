import type { HistoryEntry } from '../history-entry.ts'
import { detailsSchemas, summarising, type DetailsByAction } from './details-by-action.ts'

/**
 * The details of an entry where its action is the one that is asked for.
 *
 * @param entry that was read
 * @param action whose details are wanted
 * @returns nothing where the entry is of another action, has none, or repeats what a manifest says in a way that this product
 *   does not know: the manifest says it
 *
 * @example
 * detailsOf(entry, 'register')?.headline.roc_auc
 */
export function detailsOf<A extends keyof DetailsByAction>(
  entry: HistoryEntry,
  action: A,
): DetailsByAction[A] | undefined {
  if (entry.action !== action) return undefined
  const { details } = entry
  const checked = summarising.has(action) ? detailsSchemas[action]?.safeParse(details).data : details
  return checked as DetailsByAction[A] | undefined
}
