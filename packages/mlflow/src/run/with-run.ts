import { runEndpoints } from '../endpoints/run-endpoints.ts'
import { MlflowError } from '../errors.ts'
import { connectionFailure } from '../http/failures.ts'
import type { Metrics } from '../metrics.ts'
import { createActiveRun, type ActiveRun } from './active-run.ts'
import { createDirectSink, type RunClient } from './direct-sink.ts'
import type { ExitGuard } from './exit-guard.ts'
import type { Pair } from './run-batch.ts'
import type { EndStatus, RunSink } from './run-sink.ts'
import {
  checkStart,
  requireExperiment,
  startTags,
  type NewRun,
  type RunOptions,
  type RunStart,
} from './run-start.ts'
import { sendAtExit } from './send-at-exit.ts'
import { systemTags } from './system-tags.ts'

/** A run that has been started, with what ends it if the process ends before. */
export interface StartedRun {
  readonly sink: RunSink
  /** Ends the run as KILLED, synchronously. */
  readonly killAtExit: () => void
  /** Starts a run that is part of this one. */
  readonly startChild: (start: NewRun, tags: readonly Pair[]) => Promise<StartedRun>
}

/** Starts runs, or takes up ones that were started. */
export interface RunStarter {
  start(start: NewRun, tags: readonly Pair[]): Promise<StartedRun>
  resume(runId: string): Promise<StartedRun>
}

/** How {@link withRun} works. */
export interface WithRunParts {
  readonly starter: RunStarter
  readonly metrics: Pick<Metrics, 'getHistory'>
  readonly guard: ExitGuard
  readonly options: RunOptions
}

/**
 * Starts a run or takes one up, and ends it with the body: FINISHED when it resolves, FAILED when it rejects, KILLED
 * when the signal is aborted or the process ends before.
 *
 * @returns what the body resolves to
 * @throws what the body throws; else what logging or ending the run throws; an AggregateError for both
 */
export async function withRun<T>(
  start: RunStart,
  body: (run: ActiveRun) => Promise<T>,
  parts: WithRunParts,
): Promise<T> {
  if ('runId' in start) return follow(await parts.starter.resume(start.runId), body, parts)
  requireExperiment(start)
  return follow(await parts.starter.start(start, await tagsOf(start, parts.options)), body, parts)
}

async function follow<T>(
  started: StartedRun,
  body: (run: ActiveRun) => Promise<T>,
  parts: WithRunParts,
): Promise<T> {
  const { sink } = started
  const { guard, metrics, options } = parts
  const run = createActiveRun({
    sink,
    metrics,
    options,
    withChild: async (start, childBody) => {
      const child = { ...start, experimentId: start.experimentId ?? sink.experimentId }
      const tags = await tagsOf(child, options)
      return follow(await started.startChild(child, tags), childBody, parts)
    },
  })
  let ending: Promise<void> | undefined
  const end = (status: EndStatus): Promise<void> =>
    (ending ??= (async () => {
      const failures: unknown[] = []
      await run.flush().catch((error: unknown) => failures.push(error))
      const final = failures.length > 0 && status === 'FINISHED' ? 'FAILED' : status
      await sink.end(final, Date.now()).catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures)
    })())
  const onExit = (): void => {
    if (ending === undefined) started.killAtExit()
  }
  const unguard = guard.add({ onSignal: () => end('KILLED'), onExit })
  try {
    const result = await untilAborted(body(run), options.signal)
    await end('FINISHED')
    return result
  } catch (error) {
    if (ending === undefined)
      await end(options.signal?.aborted === true ? 'KILLED' : 'FAILED').catch((second: unknown) => {
        throw new AggregateError([error, second], `the run failed, and so did ending it: ${String(error)}`)
      })
    throw error
  } finally {
    unguard()
  }
}

/** The body's promise, or a rejection as soon as the signal is aborted. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const stop = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => {
      reject(connectionFailure(signal.reason, 'withRun', signal))
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true, signal: stop.signal })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stop.abort()
  }
}

async function tagsOf(start: NewRun, options: RunOptions): Promise<Pair[]> {
  const system =
    options.systemTags === false ? [] : await systemTags(options.source ?? process.argv[1] ?? 'node')
  return startTags(start, system)
}

/** Starts runs on the server itself. @param client sends the calls */
export function createDirectStarter(client: RunClient, options: RunOptions): RunStarter {
  const call = options.signal ? { signal: options.signal } : {}
  const started = async (ids: { runId: string; experimentId: string }): Promise<StartedRun> => {
    const killed = await client.transport.prepare(runEndpoints.update, {
      runId: ids.runId,
      status: 'KILLED',
      endTime: Date.now(),
    })
    return {
      sink: createDirectSink(client, ids, call),
      killAtExit: () => {
        sendAtExit(killed)
      },
      startChild: (start, tags) => startRun({ ...start, parentRunId: ids.runId }, tags),
    }
  }
  const startRun = async (start: NewRun, tags: readonly Pair[]): Promise<StartedRun> => {
    await checkStart(client.transport, start, tags)
    const { startTime = Date.now(), runName, parentRunId } = start
    const experimentId =
      start.experimentId ??
      (
        await client.experiments.getOrCreate(start.experimentName ?? '', {
          ...call,
          tags: start.experimentTags,
        })
      ).experimentId
    const parent =
      parentRunId === undefined || tags.some(({ key }) => key === 'mlflow.parentRunId')
        ? []
        : [{ key: 'mlflow.parentRunId', value: parentRunId }]
    const run = await client.runs.create(
      { experimentId, startTime, tags: [...tags, ...parent], ...(runName !== undefined && { runName }) },
      call,
    )
    return started({ runId: run.info.runId, experimentId })
  }
  return {
    start: startRun,
    async resume(runId) {
      const { info } = await client.runs.get({ runId }, call)
      if (info.lifecycleStage !== 'active')
        throw new MlflowError(
          'conflict',
          `withRun: the run ${runId} is ${info.lifecycleStage}; restore it first`,
          {
            endpoint: 'withRun',
            field: 'runId',
          },
        )
      await client.runs.update({ runId, status: 'RUNNING' }, call)
      return started({ runId, experimentId: info.experimentId })
    },
  }
}
