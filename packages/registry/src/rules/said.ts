import type { HistoryFacts } from '../history/history-entry.ts'

/** What a rule says of an entry; `decide` adds the moment, once for all entries of a command. */
export type Said = Omit<HistoryFacts, 'time'>
