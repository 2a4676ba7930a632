import { emptyLedger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { readHistory } from '../../history/history-chain.ts'
import type { HistoryEntry } from '../../history/history-entry.ts'
import { championAlias } from '../../model-names.ts'
import { replayHistory } from '../../rules/replay-history.ts'
import { versionTags } from '../mlflow-tags.ts'
import { fittingText, longestTag } from './fitting-text.ts'

/** What MLflow should hold of a version. */
export interface WantedVersion {
  readonly version: string
  readonly manifestSha256: string
  /** Tags by key. */
  readonly tags: ReadonlyMap<string, string>
}

/** What MLflow should hold of a model after some entries of its history. */
export interface WantedMirror {
  /** How many entries; 0 for none. */
  readonly position: number
  /** SHA-256 of the last of them. */
  readonly sha256: string
  /** By version of the registry, oldest first. */
  readonly versions: ReadonlyMap<string, WantedVersion>
  /** Where each alias points, and the tag that says why. */
  readonly aliases: ReadonlyMap<string, { readonly version: string; readonly tag: string }>
  /** What MLflow cannot hold as it is, one sentence each. */
  readonly cut: readonly string[]
}

/** A history with the hash of each line. */
export interface HashedHistory {
  readonly entries: readonly HistoryEntry[]
  /** SHA-256 by place. */
  readonly hashes: readonly string[]
}

/** The tags of a version that the mirror owns. */
export const ownedVersionTags: readonly string[] = [
  ...Object.values(versionTags),
  ...['registered_by', 'registered_at', 'notes', 'history_position', 'history_sha256'].map(owned),
  ...['action', 'by', 'at', 'reason', 'override', 'position', 'sha256'].map((part) =>
    owned(`champion_${part}`),
  ),
]

/**
 * Reads the lines of a history for the mirror.
 *
 * @param name of the model
 * @param lines as the ledger keeps them
 * @throws ClaimsError as `readHistory`
 */
export function hashedHistory(name: string, lines: readonly string[]): HashedHistory {
  return { entries: readHistory(name, lines).entries, hashes: lines.map((line) => sha256(line)) }
}

/**
 * What MLflow should hold after the first entries of a history. What an entry adds to versions and aliases is what
 * `replayHistory` says; one of an action that is neither moves the position alone.
 *
 * @param history with hashes
 * @param position how many entries count; all of them where absent
 */
export function wantedMirror(
  { entries, hashes }: HashedHistory,
  position: number = entries.length,
): WantedMirror {
  const counted = entries.slice(0, position)
  const { registrations, aliases } = replayHistory(counted)
  const cut: string[] = []
  const fit = (text: string, at: number, what: string): string => {
    const { text: fitting, change } = fittingText(text)
    if (change !== null) cut.push(`the ${what} of entry ${String(at + 1)} ${change}`)
    return fitting
  }
  const versions = new Map<string, WantedVersion>()
  for (const entry of registrations) {
    const { version, manifest_sha256: manifestSha256 } = entry
    const at = counted.indexOf(entry)
    const champion = counted.findLastIndex((one) => one.alias === championAlias && one.version === version)
    versions.set(version, {
      version,
      manifestSha256,
      tags: new Map([
        [versionTags.version, version],
        [versionTags.manifestSha256, manifestSha256],
        [owned('registered_by'), fit(entry.actor, at, 'actor')],
        [owned('registered_at'), entry.time],
        ...(entry.reason === '' ? [] : [[owned('notes'), fit(entry.reason, at, 'notes')] as const]),
        [owned('history_position'), String(at + 1)],
        [owned('history_sha256'), hashes[at] ?? emptyLedger],
        ...championTags(counted[champion], { at: champion, sha256: hashes[champion] ?? emptyLedger, fit }),
      ]),
    })
  }
  const pointed = [...aliases].map(([alias, version]) => {
    const at = counted.findLastIndex((one) => one.alias === alias)
    const { tag, change } = aliasTag(counted[at], { at, sha256: hashes[at] ?? emptyLedger })
    if (change !== null)
      cut.push(`the tag of alias ${alias}: the reason of entry ${String(at + 1)} ${change}`)
    return [alias, { version, tag }] as const
  })
  return {
    position,
    sha256: hashes[position - 1] ?? emptyLedger,
    versions,
    aliases: new Map(pointed),
    cut,
  }
}

interface Place {
  readonly at: number
  readonly sha256: string
}

function championTags(
  entry: HistoryEntry | undefined,
  { at, sha256: hash, fit }: Place & { readonly fit: (text: string, at: number, what: string) => string },
): readonly (readonly [string, string])[] {
  if (entry === undefined) return []
  return [
    [owned('champion_action'), entry.action],
    [owned('champion_by'), fit(entry.actor, at, 'actor')],
    [owned('champion_at'), entry.time],
    [owned('champion_reason'), fit(entry.reason, at, 'reason')],
    [owned('champion_override'), String(entry.override)],
    [owned('champion_position'), String(at + 1)],
    [owned('champion_sha256'), hash],
  ]
}

/** Who moved an alias, when and why, as one JSON text. */
function aliasTag(
  entry: HistoryEntry | undefined,
  { at, sha256: hash }: Place,
): { readonly tag: string; readonly change: string | null } {
  if (entry === undefined) return { tag: '{}', change: null }
  const { version, action, actor, time, override } = entry
  // What JSON escapes takes more characters, so the longest text that fits is looked for.
  for (let most = longestTag - 1000; ; most = Math.floor(most / 2)) {
    const reason = fittingText(entry.reason, most)
    const by = fittingText(actor, Math.min(most, 500)).text
    const said = {
      version,
      action,
      by,
      at: time,
      reason: reason.text,
      override,
      position: at + 1,
      sha256: hash,
    }
    const tag = JSON.stringify(said)
    if (tag.length <= longestTag || most < 8) return { tag, change: reason.change }
  }
}

function owned(name: string): string {
  return `claims.${name}`
}
