import { ClaimsError } from '@claims/contracts'
import type { HistoryEntry, HistoryFacts } from '../history/history-entry.ts'
import { decideApproval, decideEvidence, decidePolicy, type ApprovalFacts } from '../gates/decide-gates.ts'
import { GatesNotPassed } from '../gates/gates-not-passed.ts'
import { judgePromotion } from '../gates/judge-promotion.ts'
import type { GateFacts } from '../gates/gate-facts.ts'
import { championAlias, invalidParameter, requireAlias } from '../model-names.ts'
import { decideDelete, type DeletionFacts } from './decide-delete.ts'
import { decideNotes } from './decide-notes.ts'
import { decideRestore, decideRetire } from './decide-retire.ts'
import { RecordedRefusal } from './recorded-refusal.ts'
import { versionDeleted, versionRetired } from './refusals-of-versions.ts'
import { aliasConflict, registrationOf, unknownModel, versionOfAlias } from './refusals.ts'
import type { Change, ExpectedChange, RegistryCommand } from './registry-command.ts'
import type { ModelState } from './replay-history.ts'
import { requireActor, requireFilled, requireText } from './require-text.ts'
import type { Said } from './said.ts'

/** What a decision rests on beside the history. */
export interface DecisionFacts extends DeletionFacts, ApprovalFacts {
  /** What the version's bundle and the approvers say; a promotion needs it. */
  readonly gates?: GateFacts | undefined
}

/** What a command comes to: entries to append, at least one; a refusal; or a refusal that is appended, too. */
export type Decision = readonly HistoryFacts[] | ClaimsError | RecordedRefusal

/**
 * Every rule of the registry: what a command adds to a model's history, or why it may not. It reads no clock, no file
 * and no network, so a store of any kind keeps the same rules.
 *
 * @param state what the history adds up to
 * @param command what shall change
 * @param facts the moment, and what the version's bundle and the approvers say
 * @returns the entries to append, at least one, the one that was asked for last; or the refusal, which may be appended
 *
 * @example
 * const decided = decide(replayHistory(entries), { kind: 'rollback', actor: 'ada', reason: 'too many reviews' }, facts)
 * if (decided instanceof ClaimsError) throw decided
 */
export function decide(state: ModelState, command: RegistryCommand, facts: DecisionFacts): Decision {
  const at = (entries: readonly Said[]): readonly HistoryFacts[] =>
    entries.map((said) => ({
      time: facts.now.toISOString(),
      ...said,
      ...(command.actorSource === undefined ? {} : { actor_source: command.actorSource }),
    }))
  try {
    return at(entriesOf(state, command, facts))
  } catch (error) {
    if (error instanceof GatesNotPassed) return new RecordedRefusal(at([error.entry]), error.refusal)
    if (error instanceof ClaimsError) return error
    throw error
  }
}

function entriesOf(state: ModelState, command: RegistryCommand, facts: DecisionFacts): readonly Said[] {
  const { name } = facts
  switch (command.kind) {
    case 'register':
      requireActor(command.actor)
      requireText('notes', command.notes)
      return [
        {
          ...{ actor: command.actor, action: 'register', version: String(state.registrations.length + 1) },
          ...{ alias: null, previous: null, reason: command.notes, override: false },
          manifest_sha256: command.manifestSha256,
          details: command.details,
        },
      ]
    case 'set_alias':
      requireOwnAlias(command.alias)
      return pointed(state, command, { ...command, name, action: 'set_alias', override: false })
    case 'remove_alias': {
      requireOwnAlias(command.alias)
      requireChange(command)
      const version = versionOfAlias(state, name, command.alias)
      requireExpected(state, command, { name, alias: command.alias })
      return [said(state, command, { ...command, name, version, action: 'remove_alias', override: false })]
    }
    case 'promote': {
      const target = { ...command, name, alias: championAlias, action: 'promote', override: false } as const
      const entries = pointed(state, command, target)
      const { gates, now } = facts
      if (gates === undefined) throw new TypeError('A promotion needs what its bundle says')
      return judgePromotion(state, entries, { command, name, now, gates })
    }
    case 'rollback': {
      requireChange(command)
      if (state.registrations.length === 0) throw unknownModel(name)
      requireExpected(state, command, { name, alias: championAlias })
      const version = state.champions.at(-2)
      if (version === undefined) {
        throw new ClaimsError('unknown_alias', `${name} has no champion before the present one`, {
          problems: [{ field: 'name', problem: 'has no earlier champion', received: name }],
        })
      }
      const target = { ...command, name, alias: championAlias, version }
      return pointed(state, command, { ...target, action: 'rollback', override: false })
    }
    case 'tag':
    case 'describe':
      return decideNotes(state, command, name)
    case 'retire':
      requireChange(command)
      return decideRetire(state, command, name)
    case 'restore':
      requireChange(command)
      return decideRestore(state, command, name)
    case 'delete':
      requireChange(command)
      return decideDelete(state, command, facts)
    case 'add_evidence':
      requireChange(command)
      return decideEvidence(state, command, name)
    case 'approve':
      requireChange(command)
      return decideApproval(state, command, facts)
    case 'set_policy':
      requireChange(command)
      return decidePolicy(state, command, facts)
  }
}

interface Target {
  readonly name: string
  readonly alias: string
  readonly version: string
  readonly action: HistoryEntry['action']
  readonly override: boolean
  readonly restore?: boolean | undefined
}

function pointed(state: ModelState, change: ExpectedChange, target: Target): readonly Said[] {
  const { name, version } = target
  requireChange(change)
  registrationOf(state, name, version)
  requireExpected(state, change, target)
  const deleted = state.deleted.get(version)
  if (deleted !== undefined) throw versionDeleted(name, deleted)
  const retired = state.retired.get(version)
  if (retired === undefined) return [said(state, change, target)]
  if (target.restore !== true) throw versionRetired(name, retired)
  return [...decideRestore(state, { ...change, version }, name), said(state, change, target)]
}

function said(state: ModelState, change: Change, target: Target): Said {
  const { name, alias, version, action, override } = target
  return {
    ...{ actor: change.actor, action, version, alias, previous: state.aliases.get(alias) ?? null },
    ...{ reason: change.reason, override },
    manifest_sha256: registrationOf(state, name, version).manifest_sha256,
  }
}

function requireExpected(
  state: ModelState,
  { expected }: ExpectedChange,
  { name, alias }: { readonly name: string; readonly alias: string },
): void {
  const present = state.aliases.get(alias) ?? null
  if (expected !== undefined && expected !== present) throw aliasConflict({ name, alias, present, expected })
}

function requireOwnAlias(alias: string): void {
  requireAlias(alias)
  if (alias !== championAlias) return
  throw invalidParameter('alias', alias, 'another alias: promote and rollback set the champion')
}

function requireChange({ actor, reason }: Change): void {
  requireFilled('actor', actor)
  requireFilled('reason', reason)
}
