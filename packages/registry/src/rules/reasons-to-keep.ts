import { championAlias } from '../model-names.ts'
import type { Retention } from './registry-command.ts'
import { newestOf, type ModelState } from './replay-history.ts'

/** Why a version is kept. */
export interface ReasonToKeep {
  readonly kind: 'alias' | 'alias_history' | 'rollback' | 'newest' | 'prediction'
  /** For people, such as `the alias champion points at it`. */
  readonly text: string
}

/**
 * Why a version may not be deleted.
 *
 * @param state of the model
 * @param version that is registered and not deleted
 * @param rules `retention`; `namedBy`, what names the bundle elsewhere, such as a prediction record
 * @returns nothing where it may be deleted
 */
export function reasonsToKeep(
  state: ModelState,
  version: string,
  { retention, namedBy }: { readonly retention: Retention; readonly namedBy?: string | undefined },
): readonly ReasonToKeep[] {
  const { keep, of } = retention
  const reasons: ReasonToKeep[] = []
  for (const [alias, at] of state.aliases)
    if (at === version) reasons.push({ kind: 'alias', text: `the alias ${alias} points at it` })
  for (const [alias, versions] of state.pointed) {
    if (of === 'champion' && alias !== championAlias) continue
    if (state.aliases.get(alias) === version || ![...versions].slice(-keep).includes(version)) continue
    reasons.push({
      kind: 'alias_history',
      text: `it is one of the last ${String(keep)} versions that were ${alias}`,
    })
  }
  if (state.champions.at(-2) === version)
    reasons.push({ kind: 'rollback', text: 'a rollback makes it champion' })
  if (of === 'every alias' && newestOf(state)?.version === version)
    reasons.push({ kind: 'newest', text: 'it is the newest version' })
  if (namedBy !== undefined) reasons.push({ kind: 'prediction', text: `${namedBy} names its bundle` })
  return reasons
}
