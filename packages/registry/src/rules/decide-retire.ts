import { invalidParameter } from '../model-names.ts'
import { versionDeleted, versionInUse, versionRetired } from './refusals-of-versions.ts'
import { registrationOf } from './refusals.ts'
import type { Change } from './registry-command.ts'
import type { ModelState } from './replay-history.ts'
import type { Said } from './said.ts'

/** A change of one version. */
interface VersionChange extends Change {
  readonly version: string
}

/** Takes a version out of use, which is refused where an alias points at it. */
export function decideRetire(state: ModelState, change: VersionChange, name: string): readonly Said[] {
  const { version } = change
  const entry = saidOf(state, change, { name, action: 'retire' })
  const retired = state.retired.get(version)
  if (retired !== undefined) throw versionRetired(name, retired)
  const reasons = [...state.aliases]
    .filter(([, at]) => at === version)
    .map(([alias]) => ({ kind: 'alias' as const, text: `the alias ${alias} points at it` }))
  if (reasons.length > 0) throw versionInUse(name, version, { verb: 'retired', reasons })
  return [entry]
}

/** Takes a retired version back into use. */
export function decideRestore(state: ModelState, change: VersionChange, name: string): readonly Said[] {
  const entry = saidOf(state, change, { name, action: 'restore' })
  if (!state.retired.has(change.version))
    throw invalidParameter('version', change.version, 'a version that is retired')
  return [entry]
}

function saidOf(
  state: ModelState,
  { actor, reason, version }: VersionChange,
  { name, action }: { readonly name: string; readonly action: 'retire' | 'restore' },
): Said {
  const { manifest_sha256 } = registrationOf(state, name, version)
  const deleted = state.deleted.get(version)
  if (deleted !== undefined) throw versionDeleted(name, deleted)
  return { actor, action, version, alias: null, previous: null, reason, override: false, manifest_sha256 }
}
