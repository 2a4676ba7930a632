import { invalidParameter } from '../model-names.ts'
import { versionDeleted } from './refusals-of-versions.ts'
import { registrationOf } from './refusals.ts'
import type { RegistryCommand } from './registry-command.ts'
import type { ModelState } from './replay-history.ts'
import { requireFilled, requireTags, requireText } from './require-text.ts'
import type { Said } from './said.ts'

/** What people write to a version: its tags and its description. A reason is not asked for. */
export function decideNotes(
  state: ModelState,
  command: Extract<RegistryCommand, { kind: 'tag' | 'describe' }>,
  name: string,
): readonly Said[] {
  const { version, actor, reason } = command
  requireFilled('actor', actor)
  requireText('reason', reason)
  const registration = registrationOf(state, name, version)
  const deleted = state.deleted.get(version)
  if (deleted !== undefined) throw versionDeleted(name, deleted)
  const common = {
    ...{ actor, version, alias: null, previous: null, reason, override: false },
    manifest_sha256: registration.manifest_sha256,
  }
  if (command.kind === 'describe') {
    requireText('description', command.description)
    return [{ ...common, action: 'describe', details: { description: command.description } }]
  }
  const { set, remove } = command
  const tags = state.notes.get(version)?.tags ?? new Map<string, string>()
  if (set.size === 0 && remove.length === 0)
    throw invalidParameter('tags', '', 'at least one tag to set or to remove')
  for (const key of remove) {
    if (!tags.has(key)) throw invalidParameter('remove', key, `a tag that version ${version} of ${name} has`)
    if (set.has(key)) throw invalidParameter('remove', key, 'a tag that is not set at the same time')
  }
  const removed = new Set(remove)
  const kept = [...tags.keys()].filter((key) => !removed.has(key) && !set.has(key))
  requireTags(set, kept.length + set.size)
  return [{ ...common, action: 'tag', details: { set: [...set], removed: [...removed] } }]
}
