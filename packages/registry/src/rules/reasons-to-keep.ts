import { detailsOf } from '../history/details/details-of.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { championAlias } from '../model-names.ts'
import type { Retention } from './registry-command.ts'
import { newestOf, type ModelState } from './replay-history.ts'

/** What a single deletion keeps; retention keeps as much, whatever it is asked for. */
export const usualRetention: Retention = { keep: 10, of: 'champion' }

/** Why a version is kept. */
export interface ReasonToKeep {
  readonly kind: 'alias' | 'alias_history' | 'rollback' | 'newest' | 'approval' | 'prediction'
  /** For people, such as `the alias champion points at it`. */
  readonly text: string
}

/**
 * Why a version may not be deleted.
 *
 * @param state of the model
 * @param version that is registered and not deleted
 * @param rules `retention`; `now`, by which an approval may have expired; `namedBy`, what names the bundle elsewhere, such as a prediction record
 * @returns nothing where it may be deleted
 */
export function reasonsToKeep(
  state: ModelState,
  version: string,
  rules: {
    readonly retention: Retention
    readonly now: Date
    readonly namedBy?: string | undefined
  },
): readonly ReasonToKeep[] {
  const { namedBy, now } = rules
  const { of } = rules.retention
  const reasons: ReasonToKeep[] = []
  for (const [alias, at] of state.aliases)
    if (at === version) reasons.push({ kind: 'alias', text: `the alias ${alias} points at it` })
  for (const [alias, versions] of state.pointed) {
    if (of === 'champion' && alias !== championAlias) continue
    const keep = keptOf(alias, rules.retention)
    if (state.aliases.get(alias) === version || ![...versions].slice(-keep).includes(version)) continue
    reasons.push({
      kind: 'alias_history',
      text:
        keep === 1
          ? `it is the last version that was ${alias}`
          : `it is one of the last ${String(keep)} versions that were ${alias}`,
    })
  }
  if (state.champions.at(-2) === version)
    reasons.push({ kind: 'rollback', text: 'a rollback makes it champion' })
  if (of === 'every alias' && newestOf(state)?.version === version)
    reasons.push({ kind: 'newest', text: 'it is the newest version' })
  const approval = state.approved.get(version)
  if (approval !== undefined && !hasExpired(approval, now))
    reasons.push({ kind: 'approval', text: `an approval by ${approval.actor} is open` })
  if (namedBy !== undefined) reasons.push({ kind: 'prediction', text: `${namedBy} names its bundle` })
  return reasons
}

/** How many of the versions that an alias last pointed at are kept: of champions never fewer than a single deletion keeps. */
function keptOf(alias: string, { keep }: Retention): number {
  return alias === championAlias ? Math.max(keep, usualRetention.keep) : keep
}

function hasExpired(approval: HistoryEntry, now: Date): boolean {
  const expires = detailsOf(approval, 'approve')?.statement.expires_at ?? null
  return expires !== null && Date.parse(expires) <= now.getTime()
}
