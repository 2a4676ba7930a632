import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MlflowError } from '../errors.ts'
import type { LogListener } from '../http/log-event.ts'
import type { CallOptions } from '../http/transport.ts'
import { nodeErrorCode } from '../node-error.ts'
import type { RunClient } from '../run/direct-sink.ts'
import { createDrain } from './drain.ts'
import { journalFile, openJournal } from './journal.ts'
import { isLocked, lockFolder, unlockFolder } from './process-lock.ts'
import { readProgress, type Rejection, type SpoolProgress } from './progress-file.ts'
import { journalEnd, readEntries } from './read-entries.ts'

/** A run, with its children, that the spool holds. */
export interface SpooledRun {
  /** The spool's name of it. */
  readonly run: string
  readonly runName: string | undefined
  /** The server's id, once it has one. */
  readonly runId: string | undefined
  /** Operations that wait. */
  readonly waiting: number
  /** Operations that the server refused for good. */
  readonly rejected: readonly Rejection[]
  /** Whether a living process works on it. */
  readonly active: boolean
}

/** What a replay did with a run. */
export interface ReplayedRun extends SpooledRun {
  /** Operations that were sent. */
  readonly sent: number
  /** Why the rest waits. */
  readonly error?: MlflowError
}

/** What waits in a directory for a server. */
export interface Spool {
  /** The runs that it holds, oldest first. @throws MlflowError `spool_damaged` */
  status(): Promise<SpooledRun[]>
  /**
   * Sends what waits, oldest first, except what a living process works on. A run whose process was killed is ended as
   * KILLED. Stops when the server cannot be reached; what is left waits for the next replay.
   */
  replay(options?: CallOptions): Promise<ReplayedRun[]>
  /** Deletes a run from the spool, sent or not. @throws MlflowError `not_found`, `conflict` when it is active */
  discard(run: string): Promise<void>
}

const start = { sequence: 0, offset: 0 }

/**
 * @param client sends the calls
 * @param directory of the spool; it need not exist
 */
export function openSpool(client: RunClient, directory: string, log?: LogListener): Spool {
  const names = async (): Promise<string[]> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      if (nodeErrorCode(error) === 'ENOENT') return []
      throw error
    })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  }
  const replayOne = async (run: string, call: CallOptions): Promise<ReplayedRun> => {
    const folder = join(directory, run)
    if (!(await lockFolder(folder))) return { ...(await describe(folder, run)), sent: 0 }
    try {
      await endKilled(folder)
      const before = await readProgress(folder)
      const drain = createDrain({ client, folder, before }, { log })
      const error = await drain.run(call).then(
        () => undefined,
        (failure: unknown) => {
          if (failure instanceof MlflowError) return failure
          throw failure
        },
      )
      const after = await describe(folder, run)
      const sent = drain.progress.sent.sequence - before.sent.sequence
      if (!error && after.rejected.length === 0) await rm(folder, { recursive: true, force: true })
      return { ...after, active: false, sent, ...(error && { error }) }
    } finally {
      await unlockFolder(folder)
    }
  }
  return {
    async status() {
      return Promise.all((await names()).map((run) => describe(join(directory, run), run)))
    },
    async replay(call = {}) {
      const done: ReplayedRun[] = []
      for (const run of await names()) {
        const replayed = await replayOne(run, call)
        done.push(replayed)
        if (replayed.error?.retryable === true || replayed.error?.code === 'aborted') break
      }
      return done
    },
    async discard(run) {
      if (!(await names()).includes(run))
        throw new MlflowError('not_found', `spool: there is no run ${JSON.stringify(run)}`, {
          endpoint: 'spool.discard',
          field: 'run',
        })
      if (await isLocked(join(directory, run)))
        throw new MlflowError('conflict', `spool: a process works on ${run}`, { endpoint: 'spool.discard' })
      await rm(join(directory, run), { recursive: true, force: true })
    },
  }
}

async function describe(folder: string, run: string): Promise<SpooledRun> {
  const progress = await readProgress(folder)
  const { entries } = await readEntries(folder, start)
  const end = await journalEnd(folder, start)
  const first = entries[0]?.operation
  return {
    run,
    runName: first?.kind === 'create' ? first.start.runName : undefined,
    runId: first && runIdOf(progress, first.run),
    waiting: end.sequence - progress.sent.sequence,
    rejected: progress.rejected,
    active: await isLocked(folder),
  }
}

const runIdOf = (progress: SpoolProgress, run: string): string | undefined => progress.runs[run]?.runId

/** Ends the runs of a journal that nobody ended, at the time when something was last added to it. */
async function endKilled(folder: string): Promise<void> {
  const open = new Set<string>()
  let end = start
  for (;;) {
    const page = await readEntries(folder, end)
    if (page.entries.length === 0) break
    for (const { operation } of page.entries)
      if (operation.kind === 'create' || operation.kind === 'resume') open.add(operation.run)
      else if (operation.kind === 'end') open.delete(operation.run)
    ;({ end } = page)
  }
  if (open.size === 0) return
  const endTime = Math.round((await stat(join(folder, journalFile))).mtimeMs)
  const journal = await openJournal(folder, end)
  for (const run of [...open].reverse())
    await journal.append({ kind: 'end', run, status: 'KILLED', endTime }, { durable: true })
  await journal.close()
}
