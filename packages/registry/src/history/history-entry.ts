import { z } from 'zod'
import { historyActions, type HistoryAction } from './history-actions.ts'
import { detailsSchemas, summarising, type HistoryDetails } from './details/details-by-action.ts'

/** Where an actor's name is from: the operating system of the process, or whoever called. */
export type ActorSource = 'operating_system' | 'stated'

/** One line of a model's history. Each holds the hash of the line before it, so that a change is noticed. */
export interface HistoryEntry {
  readonly time: string
  readonly actor: string
  /** Where the actor's name is from; either is asserted, not proved. Absent where nobody said, and in earlier lines. */
  readonly actor_source?: ActorSource | undefined
  readonly action: HistoryAction
  /** Empty where the entry is about the model as a whole. */
  readonly version: string
  readonly alias: string | null
  /** Version that the alias pointed at before; null where it did not exist, or for a registration. */
  readonly previous: string | null
  readonly reason: string
  /** Whether a promotion passed over a reason against it. */
  readonly override: boolean
  readonly manifest_sha256: string
  /** What its action says beyond this; `detailsOf` types it. Absent where the action has none, and in earlier lines. */
  readonly details?: HistoryDetails | undefined
  /** SHA-256 of the line before, without its line end; 64 zeros on the first line. */
  readonly previous_sha256: string
}

const commonSchema = z.object({
  time: z.iso.datetime(),
  actor: z.string(),
  actor_source: z.enum(['operating_system', 'stated']).exactOptional(),
  action: z.enum(historyActions),
  version: z.string(),
  alias: z.string().nullable(),
  previous: z.string().nullable(),
  reason: z.string(),
  override: z.boolean(),
  manifest_sha256: z.string(),
  details: z.unknown().optional(),
  previous_sha256: z.string(),
})

/** Schema of a line of the history; a key that a newer product added is left out. */
export const historyEntrySchema: z.ZodType<HistoryEntry> = commonSchema.transform(
  ({ details, ...entry }, context) => {
    // They repeat what a manifest says, there is one in each registration, and few are asked for: `detailsOf` checks those.
    if (summarising.has(entry.action))
      return details === undefined ? entry : { ...entry, details: details as HistoryDetails }
    const schema = detailsSchemas[entry.action]
    const parsed = schema?.safeParse(details)
    if (parsed?.data !== undefined) return { ...entry, details: parsed.data }
    if (parsed?.success !== false) return entry
    context.issues.push({ code: 'custom', message: 'are not known', path: ['details'], input: details })
    return z.NEVER
  },
)

/** What an entry says, without its place in the chain. */
export type HistoryFacts = Omit<HistoryEntry, 'previous_sha256'>
