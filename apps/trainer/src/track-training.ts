import type { LogEvent, LogListener } from '@claims/mlflow'
import { train, trainTracked, type TrainOptions, type TrainResult } from '@claims/pipeline'
import type { CommandContext } from './context.ts'
import { openMlflow } from './open-mlflow.ts'

/** What a training left at MLflow. */
export interface TrackedTraining {
  readonly trackingUri: string
  readonly runId: string | null
  /** Address of the run's page. */
  readonly page: string | null
  readonly version: string | null
  /** Operations that wait in the spool. */
  readonly waiting: number
  /** What the server refused. */
  readonly rejected: readonly string[]
}

/**
 * Trains, and tracks the training when the configuration names a server. A server that is away stops nothing: what it
 * should have got waits in the spool.
 *
 * @param options of the training
 * @param register registers the bundle here; and the name to register the model under at MLflow
 * @returns the result, what `register` gave, and what is at MLflow; null where nothing is tracked
 */
export async function trainAndTrack<T>(
  options: TrainOptions,
  register: { readonly name: string | undefined; readonly bundle: (result: TrainResult) => Promise<T> },
  { config, output }: CommandContext,
): Promise<{
  readonly result: TrainResult
  readonly registered: T
  readonly tracked: TrackedTraining | null
}> {
  if (config.mlflow === undefined) {
    const result = await train(options)
    return { result, registered: await register.bundle(result), tracked: null }
  }
  const { experimentName } = config.mlflow
  const told = createListener((text) => {
    output.note(text)
  })
  const mlflow = openMlflow(config, { log: told.log })
  const done = await trainTracked(
    options,
    { mlflow, experimentName, register: register.name },
    async (result) => ({ result, registered: await register.bundle(result) }),
  )
  const waiting = (await mlflow.spool.status()).reduce((sum, run) => sum + run.waiting, 0)
  const { trackingUri } = mlflow.transport
  const { run, version } = done
  return {
    ...done.result,
    tracked: {
      trackingUri,
      runId: run?.runId ?? null,
      page: run ? `${trackingUri}/#/experiments/${run.experimentId}/runs/${run.runId}` : null,
      version: version ?? null,
      waiting,
      rejected: told.rejected,
    },
  }
}

/** Tells once that the server is away, and all that it refuses. */
function createListener(note: (text: string) => void): { log: LogListener; rejected: readonly string[] } {
  let away = false
  const rejected: string[] = []
  return {
    rejected,
    log: (event: LogEvent) => {
      if (event.kind === 'spooled' && !away) {
        away = true
        note(`  warning: MLflow cannot be reached, the run is kept in the spool: ${event.reason}`)
      } else if (event.kind === 'rejected') {
        rejected.push(event.reason)
        note(`  warning: MLflow refuses ${event.operation}: ${event.reason}`)
      }
    },
  }
}

/** Lines for a person. */
export function describeTracked(tracked: TrackedTraining): string[] {
  const { page, trackingUri, version, waiting } = tracked
  return [
    `MLflow            ${page ?? `${trackingUri} was not reached`}${version === null ? '' : `, model version ${version}`}`,
    ...(waiting === 0
      ? []
      : [
          `waiting           ${waiting.toLocaleString('en')} operations for MLflow; claims mlflow replay sends them`,
        ]),
  ]
}
