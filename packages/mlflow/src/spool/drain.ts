import { MlflowError, type MlflowErrorCode } from '../errors.ts'
import type { LogListener } from '../http/log-event.ts'
import type { CallOptions } from '../http/transport.ts'
import type { RunClient } from '../run/direct-sink.ts'
import { describeRefusal, type RefusedEntry } from '../run/send-batch.ts'
import { groupEntries, type EntryGroup } from './group-entries.ts'
import type { JournalEnd } from './journal.ts'
import type { JournalEntry, PlacedEntry } from './journal-line.ts'
import { writeProgress, type RunIds, type SpoolProgress } from './progress-file.ts'
import { readEntries } from './read-entries.ts'
import { sendOperation } from './send-operation.ts'

/** Answers that another try would not change. What creates a run is never given up: all else depends on it. */
const final: ReadonlySet<MlflowErrorCode> = new Set([
  'invalid_argument',
  'conflict',
  'already_exists',
  'unsupported_by_server',
  'unsafe_path',
  'invalid_model_folder',
])

/** Of whom the drain tells. */
export interface DrainEvents {
  /** Operations that are done with, and what the server answered to the last of them. */
  readonly onSent?: (members: readonly PlacedEntry[], result: unknown) => void
  readonly log?: LogListener | undefined
}

/** Sends the operations of one spooled run in order. */
export interface Drain {
  readonly progress: SpoolProgress
  /**
   * Sends until nothing is left.
   *
   * @throws MlflowError of the operation that cannot be sent now
   */
  run(call: CallOptions): Promise<void>
}

/**
 * @param client sends the calls
 * @param folder of the spooled run
 * @param before the progress so far
 */
export function createDrain(
  { client, folder, before }: { client: RunClient; folder: string; before: SpoolProgress },
  { onSent, log }: DrainEvents,
): Drain {
  let progress = before

  const idsOf = (run: string): RunIds => {
    const ids = progress.runs[run]
    if (ids) return ids
    throw new MlflowError('spool_damaged', `spool: ${folder} does not say how the run ${run} began`, {
      endpoint: 'spool',
      field: folder,
    })
  }
  const advance = async (group: EntryGroup, result: unknown): Promise<void> => {
    const { kind, run } = group.entry.operation
    const runs =
      kind === 'create' || kind === 'resume' ? { ...progress.runs, [run]: result as RunIds } : progress.runs
    const sent: JournalEnd = {
      sequence: group.members.at(-1)?.sequence ?? progress.sent.sequence,
      offset: group.members.at(-1)?.end ?? progress.sent.offset,
    }
    progress = { ...progress, runs, sent }
    await writeProgress(folder, progress)
    onSent?.(group.members, result)
  }
  const reject = ({ sequence, operation }: JournalEntry, code: MlflowErrorCode, message: string): void => {
    const { kind, run } = operation
    progress = {
      ...progress,
      rejected: [...progress.rejected, { sequence, kind, run, code, message }],
    }
    log?.({ kind: 'rejected', run, operation: kind, reason: message })
  }
  const send = async (group: EntryGroup, call: CallOptions): Promise<void> => {
    try {
      const result = await sendOperation(group.entry, { client, folder, idsOf, call })
      if (group.entry.operation.kind === 'batch')
        for (const refused of result as readonly RefusedEntry[])
          reject(originOf(refused, group), refused.error.code, describeRefusal(refused))
      await advance(group, result)
    } catch (error) {
      if (!isFinal(error, group)) throw error
      if (group.members.length === 1) {
        reject(group.entry, error.code, error.message)
        await advance(group, undefined)
        return
      }
      // One of them is refused: each for itself tells which.
      for (const entry of group.members) await send({ entry, members: [entry] }, call)
    }
  }
  return {
    get progress() {
      return progress
    },
    async run(call) {
      for (;;) {
        const { entries } = await readEntries(folder, progress.sent)
        if (entries.length === 0) return
        for (const group of groupEntries(entries)) await send(group, call)
      }
    },
  }
}

/** The operation that an entry of a group of batches came with. */
function originOf({ item }: RefusedEntry, { entry, members }: EntryGroup): JournalEntry {
  const has = ({ operation }: JournalEntry): boolean =>
    operation.kind === 'batch' &&
    [operation.metrics, operation.params, operation.tags].some((list: readonly unknown[] = []) =>
      list.includes(item),
    )
  return members.find(has) ?? entry
}

function isFinal(error: unknown, { entry }: EntryGroup): error is MlflowError {
  const { kind } = entry.operation
  const depends = kind !== 'create' && kind !== 'resume'
  return depends && error instanceof MlflowError && final.has(error.code) && !error.retryable
}
