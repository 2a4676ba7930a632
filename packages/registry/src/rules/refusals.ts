import { ClaimsError } from '@claims/contracts'
import { gateText } from '../gates/gate-row.ts'
import type { GateRow } from '../history/details/promotion-details.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import type { ModelState } from './replay-history.ts'

/**
 * The entry that registered a version.
 *
 * @throws ClaimsError `unknown_model`, `unknown_version`
 */
export function registrationOf(state: ModelState, name: string, version: string): HistoryEntry {
  if (state.registrations.length === 0) throw unknownModel(name)
  // Numbers are given in order; what is no number finds nothing.
  const entry = state.registrations[Number(version) - 1]
  if (entry?.version === version) return entry
  const newest = String(state.registrations.length)
  throw new ClaimsError('unknown_version', `${name} has no version ${version}; the newest is ${newest}`, {
    problems: [{ field: 'version', problem: 'does not exist', allowed: `1 to ${newest}`, received: version }],
  })
}

/**
 * The version that an alias points at.
 *
 * @throws ClaimsError `unknown_alias`
 */
export function versionOfAlias(state: ModelState, name: string, alias: string): string {
  const version = state.aliases.get(alias)
  if (version !== undefined) return version
  const allowed = [...state.aliases.keys()].sort().join(', ') || 'a version number: no alias is set'
  throw new ClaimsError('unknown_alias', `${name} has no alias "${alias}"`, {
    problems: [{ field: 'alias', problem: 'does not exist', allowed, received: alias }],
  })
}

/** No version of a model is registered. */
export function unknownModel(name: string): ClaimsError {
  return new ClaimsError('unknown_model', `No model "${name}" is registered`, {
    problems: [{ field: 'name', problem: 'is not registered', received: name }],
  })
}

/** An alias is not where a change expects it. */
export function aliasConflict(seen: {
  readonly name: string
  readonly alias: string
  readonly present: string | null
  readonly expected: string | null
}): ClaimsError {
  const { name, alias, present, expected } = seen
  return new ClaimsError(
    'alias_conflict',
    `${name}@${alias} points at ${present ?? 'nothing'}, not at ${expected ?? 'nothing'}`,
    {
      problems: [
        {
          field: 'expected',
          problem: 'is not where the alias points',
          allowed: present ?? 'null',
          received: expected,
        },
      ],
    },
  )
}

/** A version may not be promoted, by each gate that it does not pass. */
export function promotionRefused(name: string, version: string, gates: readonly GateRow[]): ClaimsError {
  const failed = gates.filter(({ passed, overridden }) => !passed && !overridden)
  const reasons = failed.map((row) => `${gateText(row)}: ${row.why.replace(/\.$/, '')}`)
  return new ClaimsError(
    'promotion_refused',
    `Version ${version} of ${name} may not be promoted. ${reasons.join('; ')}.`,
    {
      problems: failed.map((row) => ({
        field: gateText(row),
        problem: row.why,
        allowed: allowedText(row),
        received: row.value ?? version,
      })),
    },
  )
}

function allowedText({ gate, operator, limit }: GateRow): string {
  if (gate === 'approvals')
    return `${String(limit)} approvals of people who neither registered nor alone promote it`
  if (gate === 'override') return "another person's signed override that was given for what is known now"
  const reached = operator === null || limit === null ? 'none of it' : `${operator} ${String(limit)}`
  return `${reached}, or an override with a reason and a second person`
}
