import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogListener } from '../http/log-event.ts'
import type { RunClient } from '../run/direct-sink.ts'
import type { Pair } from '../run/run-batch.ts'
import { checkStart, type NewRun } from '../run/run-start.ts'
import type { RunStarter, StartedRun } from '../run/with-run.ts'
import { openJournal } from './journal.ts'
import type { Operation } from './operation.ts'
import { lockFolder, unlockFolder } from './process-lock.ts'
import { createSpoolSession, type SpoolSession } from './spool-session.ts'
import { createSpoolSink } from './spool-sink.ts'

/** How long the start of a run waits for a server that does not answer. */
const firstMilliseconds = 10_000

/** How a spool starts runs. */
export interface SpoolStarterParts {
  readonly client: RunClient
  /** The spool. */
  readonly directory: string
  readonly log?: LogListener | undefined
}

/**
 * Starts runs whose operations go through a spool: each root run, with its children, has a folder of its own there,
 * which is removed once everything has been sent.
 */
export function createSpoolStarter({ client, directory, log }: SpoolStarterParts): RunStarter {
  const begin = async (first: (run: string) => Operation): Promise<StartedRun> => {
    const run = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${randomUUID().slice(0, 8)}`
    const folder = join(directory, run)
    // It has its name once it is locked: nobody else takes it for one that was left behind.
    const unnamed = join(directory, `.${run}`)
    await mkdir(unnamed, { recursive: true, mode: 0o700 })
    await lockFolder(unnamed)
    await rename(unnamed, folder)
    const journal = await openJournal(folder, { sequence: 0, offset: 0 })
    const session = createSpoolSession({ client, folder, run, journal, log })
    const close = async (): Promise<void> => {
      try {
        if (await session.close()) await rm(folder, { recursive: true, force: true })
      } finally {
        await unlockFolder(folder)
      }
    }
    await session.send(first(run), { mostMilliseconds: firstMilliseconds })
    return startedOf({ session, run, folder, onEnd: close })
  }
  const startedOf = (parts: {
    session: SpoolSession
    run: string
    folder: string
    onEnd?: () => Promise<void>
  }): StartedRun => ({
    sink: createSpoolSink({ ...parts, transport: client.transport }),
    killAtExit: () => {
      parts.session.appendNow({ kind: 'end', run: parts.run, status: 'KILLED', endTime: Date.now() })
    },
    startChild: async (start, tags) => {
      await checkStart(client.transport, start, tags)
      const run = `${parts.run}-${randomUUID().slice(0, 8)}`
      await parts.session.send({ ...created(run, start, tags), parent: parts.run })
      return startedOf({ session: parts.session, run, folder: parts.folder })
    },
  })
  return {
    start: async (start, tags) => {
      await checkStart(client.transport, start, tags)
      return begin((run) => created(run, start, tags))
    },
    resume: (runId) => begin((run) => ({ kind: 'resume', run, runId })),
  }
}

function created(run: string, start: NewRun, tags: readonly Pair[]): Extract<Operation, { kind: 'create' }> {
  return { kind: 'create', run, start: { ...start, startTime: start.startTime ?? Date.now() }, tags }
}
