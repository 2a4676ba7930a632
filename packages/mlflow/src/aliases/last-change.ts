import type { AliasedModel } from './alias-calls.ts'
import { contendersOf, isAhead } from './contender.ts'
import { parseObject } from './parse-object.ts'

/** Who moved an alias last, as a tag of the registered model says. */
export interface LastChange {
  readonly version: string
  readonly previous: string | null
  readonly by: string
  /** ISO 8601, by the clock of who moved it. */
  readonly at: string
}

/** The tag's key. */
export function lastChangeKey(alias: string): string {
  return `alias.${alias}.last`
}

/** The version that an alias points at; null for none. */
export function versionOf(model: AliasedModel, alias: string): string | null {
  return model.aliases.find((one) => one.alias === alias)?.version ?? null
}

/** Tells where an alias is and who moved it there, as far as the tags speak of the same version. */
export function describeAlias(model: AliasedModel, alias: string): string {
  const version = versionOf(model, alias)
  if (version === null) return 'it points nowhere'
  const last = parseObject(model.tags.find(({ key }) => key === lastChangeKey(alias))?.value ?? '')
  if (last['version'] === version)
    return `it points at version ${version}, moved there by ${String(last['by'])} at ${String(last['at'])}`
  const [holder] = contendersOf(model, alias)
    .filter((one) => one.version === version && one.ticket > 0)
    .sort((a, b) => (isAhead(a, b) ? -1 : 1))
  return `it points at version ${version}, moved there by ${holder?.by ?? 'a client that left no name'}`
}
