import { setTimeout as sleep } from 'node:timers/promises'
import { MlflowError } from '../errors.ts'
import type { LogListener } from '../http/log-event.ts'
import type { RunClient } from '../run/direct-sink.ts'
import { createDrain } from './drain.ts'
import type { Journal } from './journal.ts'
import type { Operation } from './operation.ts'
import { noProgress, type RunIds } from './progress-file.ts'

const firstPause = 1000
const longestPause = 60_000
const lastTryMilliseconds = 10_000
const later = (milliseconds: number): Promise<undefined> => sleep(milliseconds, undefined, { ref: false })

/** A spooled run and its children while the process works on them: operations go to the journal, and from there on. */
export interface SpoolSession {
  /** The server's ids of a run, once it has one. */
  idsOf(run: string): RunIds | undefined
  /** Keeps an operation. It is on the disk when the promise resolves; `quick`: in the file. */
  append(operation: Operation, options?: { readonly quick?: boolean }): Promise<void>
  /**
   * Keeps an operation and waits while it can be sent, at most for a time.
   *
   * @returns what the server answered; `undefined` when it waits in the spool or was refused
   */
  send(operation: Operation, options?: { readonly mostMilliseconds?: number }): Promise<unknown>
  /** Keeps an operation while the process ends. */
  appendNow(operation: Operation): void
  /** Ends the session. @returns whether everything was sent and nothing refused */
  close(): Promise<boolean>
}

/** What a session works with. */
export interface SessionParts {
  readonly client: RunClient
  readonly folder: string
  /** The spool's name of the root run. */
  readonly run: string
  readonly journal: Journal
  readonly log?: LogListener | undefined
}

/** A session on a journal that is empty. */
export function createSpoolSession({ client, folder, run, journal, log }: SessionParts): SpoolSession {
  const waiters = new Map<number, (result: unknown) => void>()
  const drain = createDrain(
    { client, folder, before: noProgress },
    {
      log,
      onSent: (members, result) => {
        for (const { sequence } of members) settle(sequence, result)
      },
    },
  )
  let working: Promise<void> | undefined
  let again = false
  const isAsked = (): boolean => again
  let offline = false
  let pause = firstPause
  let timer: NodeJS.Timeout | undefined
  let failure: unknown
  const closing = new AbortController()

  function settle(sequence: number, result: unknown): void {
    waiters.get(sequence)?.(result)
    waiters.delete(sequence)
  }
  const work = async (): Promise<void> => {
    do {
      again = false
      try {
        // The drain itself tries again.
        await drain.run({ signal: closing.signal, retries: 1 })
        offline = false
        pause = firstPause
      } catch (error) {
        offline = true
        failure = error
        log?.({
          kind: 'spooled',
          run,
          reason: error instanceof MlflowError ? error.message : String(error),
        })
        for (const resolve of waiters.values()) resolve(undefined)
        waiters.clear()
        timer = setTimeout(kick, pause).unref()
        pause = Math.min(longestPause, 2 * pause)
        return
      }
    } while (isAsked())
  }
  function kick(): void {
    clearTimeout(timer)
    timer = undefined
    again = true
    working ??= work().finally(() => {
      working = undefined
      // It was asked for between the last look and here.
      if (again) kickOnline()
    })
  }
  /** While the server is away only the timer tries again. */
  const kickOnline = (): void => {
    if (!offline) kick()
  }
  return {
    idsOf: (run) => drain.progress.runs[run],
    async append(operation, { quick = false } = {}) {
      await journal.append(operation, { durable: !quick })
      kickOnline()
    },
    async send(operation, { mostMilliseconds } = {}) {
      let resolve: (result: unknown) => void = () => undefined
      const answered = new Promise<unknown>((settled) => {
        resolve = settled
      })
      // A drain that is at work finds the entry in the file before the flush is done, and may settle it.
      const { sequence } = await journal.append(operation, {
        durable: true,
        onPlaced: ({ sequence }) => waiters.set(sequence, resolve),
      })
      if (offline) {
        waiters.delete(sequence)
        return undefined
      }
      kick()
      return mostMilliseconds === undefined ? answered : Promise.race([answered, later(mostMilliseconds)])
    },
    appendNow(operation) {
      journal.appendNow(operation)
    },
    async close() {
      if (offline) {
        // One more try, not a long one: the server may be back.
        kick()
        await Promise.race([working, later(lastTryMilliseconds)])
      }
      while (!offline && working !== undefined) await working
      closing.abort()
      await working
      clearTimeout(timer)
      await journal.close()
      if (offline && !(failure instanceof MlflowError)) throw failure
      return !offline && drain.progress.rejected.length === 0
    },
  }
}
