import type { UploadedFile } from '../artifacts/upload-files.ts'
import type { ModelSource, RegisteredSource } from './model-options.ts'
import type { Dataset, RunBatch } from './run-batch.ts'
import type { LoggedModelInfo } from '../model-folder/log-model.ts'
import type { ModelVersion } from '../model-versions.ts'

/** How a run can end. */
export type EndStatus = 'FINISHED' | 'FAILED' | 'KILLED'

/** Which files go where. */
interface FilesToLog {
  readonly source: string
  readonly path: string
}

/** Where what a run logs goes: to the server, or to a spool that sends it on. */
export interface RunSink {
  /** Whether it keeps each call by itself, so that nothing need be collected before. */
  readonly keeps: boolean
  /** The server's id of the run; `undefined` while a spool waits for a server. */
  readonly runId: string | undefined
  readonly experimentId: string | undefined
  logBatch(batch: RunBatch): Promise<void>
  logInputs(datasets: readonly Dataset[]): Promise<void>
  upload(files: FilesToLog): Promise<UploadedFile[] | undefined>
  uploadBytes(path: string, bytes: Uint8Array): Promise<void>
  logModel(model: ModelSource): Promise<LoggedModelInfo | undefined>
  registerModel(model: RegisteredSource): Promise<ModelVersion | undefined>
  end(status: EndStatus, endTime: number): Promise<void>
}
