export type { AliasCalls } from './aliases/alias-calls.ts'
export type { AliasChange, CompareAndSetAlias } from './aliases/compare-and-set.ts'
export type { FileInfo, TransferOptions, TransferProgress } from './artifacts/artifact-store.ts'
export type { ArtifactOwner, Artifacts, VerifyOptions } from './artifacts/artifacts.ts'
export type { MultipartOptions } from './artifacts/multipart.ts'
export type { UploadedFile } from './artifacts/upload-files.ts'
export { MlflowClient, type MlflowClientOptions } from './client.ts'
export { endpoints } from './endpoints/endpoints.ts'
export { MlflowError, type MlflowErrorCode, type MlflowErrorDetails } from './errors.ts'
export type { Experiment, Experiments, ExperimentSearch } from './experiments.ts'
export { filterOf, type Comparison } from './filter.ts'
export { fromEnvironment } from './from-environment.ts'
export {
  compareAndSetAlias,
  logModel,
  parseModelFile,
  readModelFolder,
  registerModel,
  writeModelFolder,
} from './functions.ts'
export type { Auth } from './http/auth.ts'
export type { LogEvent, LogListener } from './http/log-event.ts'
export type { CallOptions, Endpoint, Transport } from './http/transport.ts'
export type { LoggedModel, LoggedModels } from './logged-models.ts'
export type { MetricPoint, Metrics } from './metrics.ts'
export type { InputExample } from './model-folder/input-example.ts'
export type { JsonObject, JsonValue } from './model-folder/json-value.ts'
export type { LoggedModelInfo, LogModel } from './model-folder/log-model.ts'
export { modelFileContent, type ModelFile } from './model-folder/model-file-content.ts'
export type { ModelClient } from './model-folder/model-client.ts'
export type { FileSource, ModelContent, ModelIdentity, XgboostModel } from './model-folder/model-folder.ts'
export type { ModelFileText } from './model-folder/parse-model-file.ts'
export type { ModelFolder } from './model-folder/read-model-folder.ts'
export type { RegisterModel } from './model-folder/register-model.ts'
export type {
  ColumnSpec,
  ColumnType,
  DataSchema,
  DataType,
  ModelSignature,
  ParamSpec,
  Property,
  TensorSpec,
} from './model-folder/signature.ts'
export type { WrittenModel } from './model-folder/write-model-folder.ts'
export type { ModelVersion, ModelVersions } from './model-versions.ts'
export type { Limit } from './paginate.ts'
export type { ActiveRun, PointOptions } from './run/active-run.ts'
export type { BufferOptions } from './run/metric-buffer.ts'
export type { ModelSource, RegisteredSource } from './run/model-options.ts'
export type { ParamValue } from './run/param-text.ts'
export type { Dataset } from './run/run-batch.ts'
export type { NewRun, RunOptions, RunStart } from './run/run-start.ts'
export type { RegisteredModel, RegisteredModels } from './registered-models.ts'
export type { Run, Runs, RunSearch } from './runs.ts'
export type { ReplayedRun, Spool, SpooledRun } from './spool/open-spool.ts'
export type { Rejection } from './spool/progress-file.ts'
export type { Webhook, Webhooks } from './webhooks.ts'
