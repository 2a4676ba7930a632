import type { CallOptions, Transport } from '../http/transport.ts'
import type { FileInfo, TransferOptions } from '../artifacts/artifact-store.ts'
import type { LoggedModels } from '../logged-models.ts'
import type { ModelVersions } from '../model-versions.ts'
import type { RegisteredModels } from '../registered-models.ts'
import type { Runs } from '../runs.ts'

/** The parts of the client that log and register models. */
export interface ModelClient {
  readonly transport: Transport
  readonly runs: Pick<Runs, 'get' | 'logModel' | 'logOutputs' | 'logBatch'>
  readonly artifacts: {
    upload(request: { runId: string; source: string; path?: string } & TransferOptions): Promise<unknown>
    list(request: { runId: string; path?: string } & CallOptions): AsyncIterable<FileInfo>
  }
  readonly loggedModels: Pick<LoggedModels, 'create' | 'get' | 'finalize'>
  readonly registeredModels: Pick<RegisteredModels, 'getOrCreate'>
  readonly modelVersions: Pick<ModelVersions, 'create' | 'waitUntilReady'>
}
