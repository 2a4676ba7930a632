import { z } from 'zod'

/** What can be done to a model. */
export const historyActions = ['register', 'set_alias', 'promote', 'rollback'] as const
/** What was done to a model. */
export type HistoryAction = (typeof historyActions)[number]

/** One line of a model's history. Each holds the hash of the line before it, so that a change is noticed. */
export interface HistoryEntry {
  readonly time: string
  readonly actor: string
  readonly action: HistoryAction
  readonly version: string
  readonly alias: string | null
  /** Version that the alias pointed at before; null where it did not exist, or for a registration. */
  readonly previous: string | null
  readonly reason: string
  /** Whether a promotion passed over a reason against it. */
  readonly override: boolean
  readonly manifest_sha256: string
  /** SHA-256 of the line before, without its line end; 64 zeros on the first line. */
  readonly previous_sha256: string
}

/** Schema of a line of the history; a key that a newer product added is left out. */
export const historyEntrySchema: z.ZodType<HistoryEntry> = z.object({
  time: z.iso.datetime(),
  actor: z.string(),
  action: z.enum(historyActions),
  version: z.string(),
  alias: z.string().nullable(),
  previous: z.string().nullable(),
  reason: z.string(),
  override: z.boolean(),
  manifest_sha256: z.string(),
  previous_sha256: z.string(),
})

/** What an entry says, without its place in the chain. */
export type HistoryFacts = Omit<HistoryEntry, 'previous_sha256'>
