import { championAlias } from './model-names.ts'
import type { ModelState } from './rules/replay-history.ts'

/** Where a version stands, in the words of registries that have stages. Nothing sets them: they follow from the aliases. */
export type ModelStage = 'None' | 'Staging' | 'Production' | 'Archived'

/** Aliases whose version is shown as `Staging`. */
const stagingAliases: ReadonlySet<string> = new Set(['staging', 'challenger'])

/**
 * The stage of a version: `Production` where it is champion, `Staging` where the alias `staging` or `challenger` points at
 * it, `Archived` where it is retired or deleted, else `None`.
 *
 * @param state of the model
 * @param version that is registered
 */
export function stageOf(state: ModelState, version: string): ModelStage {
  if (state.aliases.get(championAlias) === version) return 'Production'
  for (const alias of stagingAliases) if (state.aliases.get(alias) === version) return 'Staging'
  return state.retired.has(version) || state.deleted.has(version) ? 'Archived' : 'None'
}
