import { championAlias } from '../model-names.ts'
import type { HistoryEntry } from '../history/history-entry.ts'

/** What a model's history adds up to. */
export interface ModelState {
  /** Registration of each version, oldest first. */
  readonly registrations: readonly HistoryEntry[]
  /** Version by alias. */
  readonly aliases: ReadonlyMap<string, string>
  /** Champions that a rollback would go through, the present one last. */
  readonly champions: readonly string[]
}

/** Replays a model's history; the history is the only state there is. */
export function replayHistory(entries: readonly HistoryEntry[]): ModelState {
  const registrations: HistoryEntry[] = []
  const aliases = new Map<string, string>()
  const champions: string[] = []
  for (const entry of entries) {
    if (entry.action === 'register') registrations.push(entry)
    if (entry.alias !== null) aliases.set(entry.alias, entry.version)
    if (entry.alias !== championAlias) continue
    if (entry.action === 'rollback') champions.pop()
    else if (champions.at(-1) !== entry.version) champions.push(entry.version)
  }
  return { registrations, aliases, champions }
}
