import { ClaimsError, systemClock, type Clock, type Ledger, type ProgressListener } from '@claims/contracts'
import { appendToEnd } from './append-to-end.ts'
import { checkpointSha256, type SignedCheckpoint } from './checkpoint.ts'
import { CheckpointPoints } from './checkpoint-points.ts'
import { checkSequence } from './check-sequence.ts'
import { findingText } from './damaged-ledger.ts'
import { systemLedger, type DropSequenceRecord } from './system-entries.ts'

/** What `dropPartitions` is told. */
export interface DropPartitionsOptions {
  /** The first month that stays, such as `2026-01`; not after the present one. */
  readonly before: string
  /** Holds the hashes of what is dropped; its signature holds, see `openCheckpoint`. */
  readonly checkpoint: SignedCheckpoint
  /** Who drops. */
  readonly actor: string
  /** Whether to drop; else what would be dropped is told. */
  readonly apply: boolean
  readonly clock?: Clock | undefined
  readonly onProgress?: ProgressListener | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of one partition. */
export interface PartitionVerdict {
  readonly name: string
  readonly entries: number
  readonly verdict: 'dropped' | 'droppable' | 'kept'
  /** Why it is kept; null where it is not. */
  readonly reason: string | null
}

/**
 * Drops the monthly partitions of prediction records that end before a month, where all of their entries are in a signed
 * checkpoint, and records each in `_system`. A partition that is damaged, or has entries that the checkpoint lacks, is kept.
 *
 * @param ledger whose partitions are `_predictions-YYYY-MM`
 * @returns what became of each partition before the month, in their order
 * @throws ClaimsError `invalid_parameter` where `before` is no month, or one to come
 */
export async function dropPartitions(
  ledger: Ledger,
  options: DropPartitionsOptions,
): Promise<readonly PartitionVerdict[]> {
  requirePastMonth(options.before, options.clock ?? systemClock)
  const verdicts: PartitionVerdict[] = []
  for (const name of await ledger.names()) {
    const month = /^_predictions-(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(name)?.[1]
    if (month !== undefined && month < options.before) verdicts.push(await judge(ledger, name, options))
  }
  return verdicts
}

async function judge(
  ledger: Ledger,
  name: string,
  options: DropPartitionsOptions,
): Promise<PartitionVerdict> {
  const { checkpoint, apply, onProgress, signal } = options
  const point = checkpoint.entries.find((entry) => entry.name === name)
  let done = 0
  const { check } = await checkSequence(ledger.inspect(), name, {
    ...{ points: new CheckpointPoints([]), drop: null, signal },
    onRows: (rows) => {
      done += rows
      onProgress?.({ kind: 'progress', stage: 'verify', done, total: null, unit: 'entries' })
    },
  })
  const { rows: entries, position, sha256, problems } = check
  const kept = (reason: string): PartitionVerdict => ({ name, entries, verdict: 'kept', reason })
  const [problem] = problems.findings
  if (problem !== undefined) return kept(`is damaged: ${findingText(problem)}`)
  if (point === undefined) return kept('is not in the checkpoint')
  if (point.position < position)
    return kept(`has ${String(position - point.position)} entries that the checkpoint lacks`)
  if (point.position !== position || point.sha256 !== sha256)
    return kept('is not what the checkpoint says: verify the ledger with it')
  if (!apply) return { name, entries, verdict: 'droppable', reason: null }
  return (await drop(ledger, { name, position, sha256 }, options))
    ? { name, entries, verdict: 'dropped', reason: null }
    : kept('was changed by others meanwhile')
}

/** Drops a partition together with its record. @returns false where somebody changed it since it was checked */
async function drop(
  ledger: Ledger,
  { name, position, sha256 }: Pick<DropSequenceRecord, 'name' | 'position' | 'sha256'>,
  { actor, checkpoint, clock = systemClock }: DropPartitionsOptions,
): Promise<boolean> {
  let changed = false
  await appendToEnd(ledger, {
    name: systemLedger,
    objects: () => {
      const record: DropSequenceRecord = {
        ...{ time: clock.now().toISOString(), actor, action: 'drop_sequence' },
        ...{ name, position, sha256, checkpoint_sha256: checkpointSha256(checkpoint) },
      }
      return [record]
    },
    store: async (record) => {
      if (await ledger.drop(name, sha256, record)) return true
      // Either `_system` has another end by now, which is tried again, or the partition has.
      changed = (await ledger.page(name, { after: position - 1, limit: 2 })).length !== 1
      return changed
    },
  })
  return !changed
}

function requirePastMonth(before: string, clock: Clock): void {
  const present = clock.now().toISOString().slice(0, 7)
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(before) && before <= present) return
  throw new ClaimsError('invalid_parameter', `"${before}" is no month up to the present one`, {
    problems: [
      {
        field: 'before',
        problem: 'is no month up to the present one',
        allowed: `YYYY-MM, at most ${present}`,
        received: before,
      },
    ],
  })
}
