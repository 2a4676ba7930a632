import { z } from 'zod'

/** Name of the sequence in which the product records what concerns the ledger itself. */
export const systemLedger = '_system'

/** What `_system` says of a checkpoint. */
export interface CheckpointRecord {
  readonly time: string
  readonly actor: string
  readonly action: 'checkpoint'
  /** SHA-256 of the document. */
  readonly checkpoint_sha256: string
  /** Of the one before it; 64 zeros for the first. */
  readonly previous_checkpoint_sha256: string
  readonly public_key: string
  /** How many it holds. */
  readonly sequences: number
  /** How many they have. */
  readonly entries: number
}

/** What `_system` says of a sequence that retention dropped. */
export interface DropSequenceRecord {
  readonly time: string
  readonly actor: string
  readonly action: 'drop_sequence'
  readonly name: string
  /** Of its last entry. */
  readonly position: number
  /** Of its last entry. */
  readonly sha256: string
  /** The checkpoint that holds both. */
  readonly checkpoint_sha256: string
}

/** What `_system` says of a model whose lines were brought from a directory. */
export interface ImportRecord {
  readonly time: string
  readonly actor: string
  readonly action: 'import'
  /** Name of the model. */
  readonly name: string
  /** How many were brought: the history up to this position. */
  readonly lines: number
  /** Of the last one of them. */
  readonly sha256: string
  /** Name of the directory, without the path to it. */
  readonly source: string
}

/** What `_system` says of the ledger itself. */
export type SystemRecord = CheckpointRecord | DropSequenceRecord | ImportRecord

const hash: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/)
const made = { time: z.iso.datetime(), actor: z.string() } as const

const recordSchema: z.ZodType<SystemRecord> = z.discriminatedUnion('action', [
  z.object({
    ...made,
    action: z.literal('checkpoint'),
    checkpoint_sha256: hash,
    previous_checkpoint_sha256: hash,
    public_key: z.string(),
    sequences: z.int(),
    entries: z.int(),
  }),
  z.object({
    ...made,
    action: z.literal('drop_sequence'),
    name: z.string(),
    position: z.int(),
    sha256: hash,
    checkpoint_sha256: hash,
  }),
  z.object({
    ...made,
    action: z.literal('import'),
    name: z.string(),
    lines: z.int(),
    sha256: hash,
    source: z.string(),
  }),
])

/** An entry of `_system` that concerns the ledger; null where it says something else. */
export function readSystemRecord(value: Readonly<Record<string, unknown>> | null): SystemRecord | null {
  const action = value?.['action']
  if (action !== 'checkpoint' && action !== 'drop_sequence' && action !== 'import') return null
  return recordSchema.safeParse(value).data ?? null
}
