import { ClaimsError, type ProgressEvent } from '@claims/contracts'
import { dataSource } from '@claims/ingestion'
import { MlflowError, type ActiveRun, type MlflowClient } from '@claims/mlflow'
import type { TrainOptions } from '../train-options.ts'
import { train, type TrainResult } from '../train.ts'
import { firstCharacters } from './first-characters.ts'
import { logTraining } from './log-training.ts'
import { plainNames, type PlainNames } from './plain-names.ts'

/** Where and how a training is tracked. */
export interface TrackingOptions {
  /** A client with a spool: a server that is away does not stop a training. */
  readonly mlflow: MlflowClient
  /** The experiment; made when there is none. */
  readonly experimentName: string
  /** Registers the model under a name at MLflow too. */
  readonly register?: string | undefined
}

/** What a tracked training came to. */
export interface TrackedResult<T> {
  readonly result: T
  /** Undefined while the run waits in the spool. */
  readonly run: { readonly runId: string; readonly experimentId: string } | undefined
  /** Version at MLflow, when one was registered. */
  readonly version: string | undefined
}

/** MLflow's page shows an experiment of this kind as model training. */
const trainingExperiment = Object.freeze({ 'mlflow.experimentKind': 'custom_model_development' })

/**
 * Trains as `train` does and tracks it as a run of MLflow: parameters before anything is fitted, metrics of rounds and
 * folds as they come, and at the end the test, the data's hash, the whole bundle and the model.
 *
 * @param options of the training
 * @param tracking client and experiment
 * @param after work on the result that belongs to the run, such as registering the bundle
 * @throws ClaimsError as `train`; what the server refuses is told to the client's log, not thrown
 */
export async function trainTracked<T>(
  options: TrainOptions,
  { mlflow, experimentName, register }: TrackingOptions,
  after: (result: TrainResult) => Promise<T>,
): Promise<TrackedResult<T>> {
  const start = { experimentName, experimentTags: trainingExperiment, runName: runNameOf(options) }
  const source = { source: 'claims train' }
  try {
    return await mlflow.withRun(
      start,
      async (run) => {
        const names = plainNames()
        const metrics = metricLog(run, names)
        await run.logParams({
          seed: options.seed,
          threads: options.threads,
          data: dataSource(options.data).name,
        })
        const trained = await train({
          ...options,
          onProgress: (event) => {
            options.onProgress?.(event)
            metrics.take(event)
          },
        })
        await metrics.settle()
        const result = await after(trained)
        const version = await logTraining(run, trained, { names, register })
        const { runId, experimentId } = run
        const ids = runId === undefined || experimentId === undefined ? undefined : { runId, experimentId }
        return { result, run: ids, version }
      },
      { ...source, ...(options.signal && { signal: options.signal }) },
    )
  } catch (error) {
    if (error instanceof MlflowError && error.code === 'aborted')
      throw new ClaimsError('aborted', 'The work was aborted', { cause: error })
    throw error
  }
}

function runNameOf({ by, data }: TrainOptions): string {
  return firstCharacters('blueprint' in by ? by.blueprint.name : dataSource(data).name, 250)
}

/** Logs metrics of progress events, which come synchronously. */
function metricLog(
  run: ActiveRun,
  names: PlainNames,
): { take: (event: ProgressEvent) => void; settle: () => Promise<void> } {
  const logging = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  return {
    take: (event) => {
      if (event.kind !== 'metric') return
      const { name, value, step } = event
      const logged = run.logMetrics({ [names.of(name)]: value }, { step }).catch((error: unknown) => {
        failure ??= { error }
      })
      logging.add(logged)
      void logged.then(() => logging.delete(logged))
    },
    settle: async () => {
      await Promise.all(logging)
      if (failure) throw failure.error
    },
  }
}
