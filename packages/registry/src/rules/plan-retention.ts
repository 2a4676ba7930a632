import { requireRetention } from './decide-delete.ts'
import { reasonsToKeep } from './reasons-to-keep.ts'
import type { ModelState } from './replay-history.ts'

/** A version that retention keeps. */
export interface KeptVersion {
  readonly version: string
  /** Why, such as `the alias champion points at it`; at least one. */
  readonly reasons: readonly string[]
}

/** What retention keeps of a model, and what it gives up. */
export interface RetentionPlan {
  readonly name: string
  /** How many of the versions that each alias last pointed at are kept. */
  readonly keep: number
  readonly kept: readonly KeptVersion[]
  /** Versions whose bundles it gives up, oldest first. */
  readonly deletes: readonly { readonly version: string; readonly manifest_sha256: string }[]
  /** How many versions were deleted before. */
  readonly deleted_before: number
}

/**
 * What retention keeps and gives up: it keeps the last `keep` versions of each alias's history, every version that an alias
 * points at, the newest, and whatever a single deletion is refused for: the last 10 champions, what a rollback makes champion,
 * what an open approval is about, and what is named elsewhere, such as by a prediction record.
 *
 * @param state of the model
 * @param facts `name` of the model; `keep`, at least 1; `now`; `namedBy`, what names a bundle elsewhere, by its hash
 * @throws ClaimsError `invalid_parameter` for `keep`
 */
export function planRetention(
  state: ModelState,
  facts: {
    readonly name: string
    readonly keep: number
    readonly now: Date
    readonly namedBy: ReadonlyMap<string, string>
  },
): RetentionPlan {
  const { name, keep, now, namedBy } = facts
  const retention = { keep, of: 'every alias' } as const
  requireRetention(retention)
  const kept: KeptVersion[] = []
  const deletes: RetentionPlan['deletes'][number][] = []
  for (const { version, manifest_sha256 } of state.registrations) {
    if (state.deleted.has(version)) continue
    const reasons = reasonsToKeep(state, version, {
      ...{ retention, now },
      namedBy: namedBy.get(manifest_sha256),
    })
    if (reasons.length === 0) deletes.push({ version, manifest_sha256 })
    else kept.push({ version, reasons: reasons.map(({ text }) => text) })
  }
  return { name, keep, kept, deletes, deleted_before: state.deleted.size }
}
