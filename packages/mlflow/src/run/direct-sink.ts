import type { Artifacts } from '../artifacts/artifacts.ts'
import type { Experiments } from '../experiments.ts'
import type { CallOptions } from '../http/transport.ts'
import type { Metrics } from '../metrics.ts'
import { logModel } from '../model-folder/log-model.ts'
import type { ModelClient } from '../model-folder/model-client.ts'
import { registerModel } from '../model-folder/register-model.ts'
import type { LoggedModels } from '../logged-models.ts'
import type { ModelVersions } from '../model-versions.ts'
import type { Runs } from '../runs.ts'
import { workThrough } from '../work-through.ts'
import { cutBatches } from './cut-batches.ts'
import { logBatchOnce } from './log-batch-once.ts'
import type { RunBatch } from './run-batch.ts'
import type { RunSink } from './run-sink.ts'

/** The parts of the client that runs need. */
export interface RunClient extends ModelClient {
  readonly loggedModels: LoggedModels
  readonly modelVersions: ModelVersions
  readonly metrics: Metrics
  readonly experiments: Pick<Experiments, 'getOrCreate'>
  readonly runs: Runs
  readonly artifacts: Artifacts
}

/** Batches of points at a time: what a server does in Python for one overlaps with the database's work for another. */
const batchesAtATime = 2

/**
 * Sends what a run logs to the server at once.
 *
 * @param client sends the calls
 * @param run ids of the run
 * @param call options of each call; ending the run is not aborted by the signal
 */
export function createDirectSink(
  client: RunClient,
  { runId, experimentId }: { readonly runId: string; readonly experimentId: string },
  call: CallOptions,
): RunSink {
  return {
    keeps: false,
    runId,
    experimentId,
    async logBatch(batch) {
      const send = (part: Required<RunBatch>): Promise<void> =>
        logBatchOnce(client, runId, { batch: part, call })
      // Params come before tags and points. Points need no order of arrival: step and time say which is the last.
      const parts = cutBatches(batch)
      const isOfPoints = ({ params, tags }: Required<RunBatch>): boolean => params.length + tags.length === 0
      for (const part of parts) if (!isOfPoints(part)) await send(part)
      await workThrough(parts.filter(isOfPoints), send, { atATime: batchesAtATime, signal: call.signal })
    },
    logInputs: (datasets) => client.runs.logInputs({ runId, datasets: [...datasets] }, call),
    upload: ({ source, path }) => client.artifacts.upload({ ...call, runId, source, path }),
    uploadBytes: (path, bytes) => client.artifacts.uploadBytes({ ...call, runId, path, bytes }),
    logModel: (model) => logModel(client, { ...call, ...model, runId }),
    registerModel: (model) => registerModel(client, { ...call, ...model, runId }),
    async end(status, endTime) {
      await client.runs.update({ runId, status, endTime })
    },
  }
}
