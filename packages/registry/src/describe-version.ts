import type { HistoryEntry } from './history/history-entry.ts'
import type { RegistrationDetails } from './history/details/registration-details.ts'
import { stageOf, type ModelStage } from './model-stage.ts'
import type { ModelSummary, ModelVersion } from './model-registry.ts'
import { newestOf, type ModelState } from './rules/replay-history.ts'

/**
 * A version as callers see it.
 *
 * @param name of the model
 * @param entry that registered the version
 * @param known `state` of the model, and `details` of the version's bundle
 */
export function describeVersion(
  name: string,
  entry: HistoryEntry,
  { state, details }: { readonly state: ModelState; readonly details: RegistrationDetails },
): ModelVersion {
  const { version } = entry
  const { evidence: _, ...facts } = details
  const { tags = new Map<string, string>(), description = '' } = state.notes.get(version) ?? {}
  return {
    ...{ name, version, registered_at: entry.time, notes: entry.reason },
    ...{ manifest_sha256: entry.manifest_sha256, ...facts },
    aliases: [...state.aliases].filter(([, at]) => at === version).map(([alias]) => alias),
    ...{ stage: stageOf(state, version), description, tags: Object.fromEntries(tags) },
    retired: ending(state.retired.get(version)),
    deleted: ending(state.deleted.get(version)),
  }
}

/** A model as lists show it; null where nothing of it is registered. */
export function summaryOf(name: string, state: ModelState): ModelSummary | null {
  const latest = newestOf(state)
  if (latest === undefined) return null
  return {
    name,
    latest_version: latest.version,
    versions: state.registrations.length,
    aliases: Object.fromEntries([...state.aliases].sort(([a], [b]) => (a < b ? -1 : 1))),
    stages: latestOfStages(state),
  }
}

function latestOfStages(state: ModelState): ModelSummary['stages'] {
  const stages: Partial<Record<ModelStage, string>> = {}
  for (const { version } of state.registrations) stages[stageOf(state, version)] = version
  return stages
}

function ending(entry: HistoryEntry | undefined): ModelVersion['retired'] {
  return entry === undefined ? null : { time: entry.time, actor: entry.actor, reason: entry.reason }
}
