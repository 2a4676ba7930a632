import { ClaimsError, type Manifest } from '@claims/contracts'
import type { HistoryEntry, HistoryFacts } from '../history/history-entry.ts'
import { championAlias, requireAlias, requireFilled } from '../model-names.ts'
import type { ModelState } from './replay-history.ts'
import type { Change, ExpectedChange, RegistryCommand } from './registry-command.ts'
import { reasonsAgainst } from './reasons-against.ts'
import { aliasConflict, promotionRefused, registrationOf, unknownModel } from './refusals.ts'

/** What a decision rests on beside the history. */
export interface DecisionFacts {
  /** Name of the model. */
  readonly name: string
  readonly now: Date
  /** What the manifest of the command's version says; a promotion needs it. */
  readonly headline?: Manifest['headline'] | undefined
}

/**
 * Every rule of the registry: what a command adds to a model's history, or why it may not. It reads no clock, no file
 * and no network, so a store of any kind keeps the same rules.
 *
 * @param state what the history adds up to
 * @param command what shall change
 * @param facts the moment, and what the version's manifest says
 * @returns the entries to append, at least one; or the refusal
 *
 * @example
 * const decided = decide(replayHistory(entries), { kind: 'rollback', actor: 'ada', reason: 'too many reviews' }, facts)
 * if (decided instanceof ClaimsError) throw decided
 */
export function decide(
  state: ModelState,
  command: RegistryCommand,
  facts: DecisionFacts,
): readonly HistoryFacts[] | ClaimsError {
  try {
    return [{ time: facts.now.toISOString(), ...entryOf(state, command, facts) }]
  } catch (error) {
    if (error instanceof ClaimsError) return error
    throw error
  }
}

type Said = Omit<HistoryFacts, 'time'>

function entryOf(state: ModelState, command: RegistryCommand, facts: DecisionFacts): Said {
  switch (command.kind) {
    case 'register':
      return {
        ...{ actor: command.actor, action: 'register', version: String(state.registrations.length + 1) },
        ...{ alias: null, previous: null, reason: command.notes, override: false },
        manifest_sha256: command.manifestSha256,
        details: command.details,
      }
    case 'set_alias':
      requireOwnAlias(command.alias)
      return pointed(state, command, { ...command, name: facts.name, action: 'set_alias', override: false })
    case 'promote': {
      const { name, headline } = facts
      requireChange(command)
      registrationOf(state, name, command.version)
      if (headline === undefined) throw new TypeError('A promotion needs the headline of its version')
      const override = !headline.promotable && command.override
      if (!headline.promotable && !override)
        throw promotionRefused(name, command.version, reasonsAgainst(headline))
      return pointed(state, command, { ...command, name, alias: championAlias, action: 'promote', override })
    }
    case 'rollback': {
      requireChange(command)
      if (state.registrations.length === 0) throw unknownModel(facts.name)
      requireExpected(state, command, { name: facts.name, alias: championAlias })
      const version = state.champions.at(-2)
      if (version === undefined) {
        throw new ClaimsError('unknown_alias', `${facts.name} has no champion before the present one`, {
          problems: [{ field: 'name', problem: 'has no earlier champion', received: facts.name }],
        })
      }
      const target = { name: facts.name, alias: championAlias, version }
      return pointed(state, command, { ...target, action: 'rollback', override: false })
    }
  }
}

interface Target {
  readonly name: string
  readonly alias: string
  readonly version: string
  readonly action: HistoryEntry['action']
  readonly override: boolean
}

function pointed(state: ModelState, change: ExpectedChange, target: Target): Said {
  const { name, alias, version, action, override } = target
  requireChange(change)
  const registration = registrationOf(state, name, version)
  requireExpected(state, change, target)
  return {
    ...{ actor: change.actor, action, version, alias, previous: state.aliases.get(alias) ?? null },
    ...{ reason: change.reason, override, manifest_sha256: registration.manifest_sha256 },
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
  throw new ClaimsError('invalid_parameter', 'Only promote and rollback set the alias "champion"', {
    problems: [{ field: 'alias', problem: 'is set by promote and rollback', allowed: 'another alias' }],
  })
}

function requireChange({ actor, reason }: Change): void {
  requireFilled('actor', actor)
  requireFilled('reason', reason)
}
