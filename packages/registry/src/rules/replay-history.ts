import { GateReplay, noGates, type GateState } from '../gates/gate-state.ts'
import { detailsOf } from '../history/details/details-of.ts'
import type { RegistrationDetails } from '../history/details/registration-details.ts'
import type { HistoryAction } from '../history/history-actions.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { championAlias } from '../model-names.ts'

/** What people wrote to a version. */
export interface VersionNotes {
  readonly tags: ReadonlyMap<string, string>
  readonly description: string
}

/** What a model's history adds up to. */
export interface ModelState {
  /** Registration of each version, oldest first. */
  readonly registrations: readonly HistoryEntry[]
  /** Version by alias. */
  readonly aliases: ReadonlyMap<string, string>
  /** Champions that a rollback would go through, the present one last. */
  readonly champions: readonly string[]
  /** Every version that an alias ever pointed at, by alias, each once, the last one last. */
  readonly pointed: ReadonlyMap<string, ReadonlySet<string>>
  /** Tags and description by version, where it has any. */
  readonly notes: ReadonlyMap<string, VersionNotes>
  /** The last approval of a version that was not promoted since, by version. */
  readonly approved: ReadonlyMap<string, HistoryEntry>
  /** Entry that retired a version, by version; a deleted version may be among them. */
  readonly retired: ReadonlyMap<string, HistoryEntry>
  /** Entry that deleted a version, by version. */
  readonly deleted: ReadonlyMap<string, HistoryEntry>
  /** What the gates of a promotion go by. */
  readonly gates: GateState
}

/** What a history without entries adds up to. */
export const emptyState: ModelState = {
  ...{ registrations: [], aliases: new Map(), champions: [], pointed: new Map() },
  ...{ notes: new Map(), approved: new Map(), retired: new Map(), deleted: new Map() },
  gates: noGates,
}

/** Actions after which an alias points at the entry's version. */
const pointing: ReadonlySet<HistoryAction> = new Set(['set_alias', 'promote', 'rollback'])

/** The state while entries are added to it. */
class Replay {
  readonly registrations: HistoryEntry[]
  readonly aliases: Map<string, string>
  readonly champions: string[]
  readonly pointed: Map<string, Set<string>>
  readonly notes: Map<string, VersionNotes>
  readonly approved: Map<string, HistoryEntry>
  readonly retired: Map<string, HistoryEntry>
  readonly deleted: Map<string, HistoryEntry>
  readonly gates: GateReplay

  constructor(state: ModelState) {
    this.registrations = [...state.registrations]
    this.aliases = new Map(state.aliases)
    this.champions = [...state.champions]
    this.pointed = new Map([...state.pointed].map(([alias, versions]) => [alias, new Set(versions)]))
    this.notes = new Map(state.notes)
    this.approved = new Map(state.approved)
    this.retired = new Map(state.retired)
    this.deleted = new Map(state.deleted)
    this.gates = new GateReplay(state.gates)
  }

  add(entry: HistoryEntry): void {
    const { action, version, alias } = entry
    this.gates.add(entry)
    if (action === 'register') this.registrations.push(entry)
    else if (action === 'retire') this.retired.set(version, entry)
    else if (action === 'restore') this.retired.delete(version)
    else if (action === 'delete') this.deleted.set(version, entry)
    else if (action === 'tag' || action === 'describe') this.#note(entry)
    else if (action === 'approve' && version !== '') this.approved.set(version, entry)
    if (action === 'promote') this.approved.delete(version)
    if (alias === null) return
    if (action === 'remove_alias') this.aliases.delete(alias)
    else if (pointing.has(action)) this.#point(entry, alias)
  }

  #point({ action, version }: HistoryEntry, alias: string): void {
    this.aliases.set(alias, version)
    const versions = this.pointed.get(alias) ?? new Set()
    // A set keeps the order in which its members came.
    versions.delete(version)
    this.pointed.set(alias, versions.add(version))
    if (alias !== championAlias) return
    if (action === 'rollback') this.champions.pop()
    else if (this.champions.at(-1) !== version) this.champions.push(version)
  }

  #note(entry: HistoryEntry): void {
    const before = this.notes.get(entry.version) ?? { tags: new Map<string, string>(), description: '' }
    const tags = new Map(before.tags)
    for (const key of detailsOf(entry, 'tag')?.removed ?? []) tags.delete(key)
    for (const [key, value] of detailsOf(entry, 'tag')?.set ?? []) tags.set(key, value)
    const { description } = detailsOf(entry, 'describe') ?? before
    this.notes.set(entry.version, { tags, description })
  }
}

/**
 * Replays a model's history; the history is the only state there is.
 *
 * @param entries oldest first
 * @param before what the entries before them add up to; it stays as it is
 */
export function replayHistory(entries: readonly HistoryEntry[], before: ModelState = emptyState): ModelState {
  const replay = new Replay(before)
  for (const entry of entries) replay.add(entry)
  return replay
}

/** The newest version that is not deleted; the newest of all where every one is. */
export function newestOf({ registrations, deleted }: ModelState): HistoryEntry | undefined {
  return registrations.findLast(({ version }) => !deleted.has(version)) ?? registrations.at(-1)
}

/** What is known of a version's bundle without opening it; nothing where an earlier product registered it. */
export function knownDetails(state: ModelState, registration: HistoryEntry): RegistrationDetails | undefined {
  const deleted = state.deleted.get(registration.version)
  return (
    detailsOf(registration, 'register') ?? (deleted === undefined ? undefined : detailsOf(deleted, 'delete'))
  )
}
