import type { Artifacts } from '../artifacts/artifacts.ts'
import type { Experiments } from '../experiments.ts'
import { runEndpoints } from '../endpoints/run-endpoints.ts'
import type { CallOptions } from '../http/transport.ts'
import type { Metrics } from '../metrics.ts'
import { logModel } from '../model-folder/log-model.ts'
import type { ModelClient } from '../model-folder/model-client.ts'
import { registerModel } from '../model-folder/register-model.ts'
import type { LoggedModels } from '../logged-models.ts'
import type { ModelVersions } from '../model-versions.ts'
import type { Runs } from '../runs.ts'
import type { RunSink } from './run-sink.ts'
import { refusalOf, sendBatch, type RefusedEntry } from './send-batch.ts'

/** The parts of the client that runs need. */
export interface RunClient extends ModelClient {
  readonly loggedModels: LoggedModels
  readonly modelVersions: ModelVersions
  readonly metrics: Metrics
  readonly experiments: Pick<Experiments, 'getOrCreate'>
  readonly runs: Runs
  readonly artifacts: Artifacts
}

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
      const { metrics = [], params = [], tags = [] } = batch
      // Points were checked before they waited.
      if (params.length + tags.length > 0)
        await client.transport.check(runEndpoints.logBatch, { runId, params: [...params], tags: [...tags] })
      const refused: RefusedEntry[] = []
      const onRefused = (entry: RefusedEntry): void => void refused.push(entry)
      const failures: unknown[] = []
      await sendBatch(client, runId, { batch, call, onRefused }).catch((error: unknown) =>
        failures.push(error),
      )
      const refusal = refusalOf(refused, metrics.length + params.length + tags.length)
      if (refusal) failures.push(refusal)
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures)
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
