import { promotionRefused, registrationOf } from '../rules/refusals.ts'
import type { RegistryCommand } from '../rules/registry-command.ts'
import type { ModelState } from '../rules/replay-history.ts'
import type { Said } from '../rules/said.ts'
import type { GateFacts } from './gate-facts.ts'
import { GatesNotPassed } from './gates-not-passed.ts'
import { judgeGates } from './judge-gates.ts'

interface PromotionFacts {
  readonly command: Extract<RegistryCommand, { kind: 'promote' }>
  /** Name of the model. */
  readonly name: string
  readonly now: Date
  readonly gates: GateFacts
}

/**
 * Judges a promotion whose entries would be these.
 *
 * @param state what the history adds up to
 * @param entries as they are where every gate is passed, the promotion last
 * @param facts who promotes what, when, and what the gates rest on
 * @returns the entries; the last one says how it stood at each gate
 * @throws GatesNotPassed where a gate is not passed
 */
export function judgePromotion(
  state: ModelState,
  entries: readonly Said[],
  { command, name, now, gates: facts }: PromotionFacts,
): readonly Said[] {
  const { actor, version, override, expected } = command
  const registration = registrationOf(state, name, version)
  const attempt = { name, registration, now, promoter: actor, override, expected }
  const { passed, overridden, gates, approvals, approvers } = judgeGates(state.gates, facts, attempt)
  const details = { gates, approvals, approvers }
  const promotion = entries.at(-1)
  if (promotion === undefined) throw new TypeError('A promotion adds an entry')
  if (passed) return [...entries.slice(0, -1), { ...promotion, override: overridden, details }]
  const refused: Said = { ...promotion, action: 'promote_refused', alias: null, previous: null, details }
  throw new GatesNotPassed(refused, promotionRefused(name, version, gates))
}
