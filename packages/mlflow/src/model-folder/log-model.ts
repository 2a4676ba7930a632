import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import type { TransferOptions } from '../artifacts/artifact-store.ts'
import { quoted } from '../endpoints/given-problems.ts'
import { loggedModelEndpoints } from '../endpoints/logged-model-endpoints.ts'
import { runEndpoints } from '../endpoints/run-endpoints.ts'
import { MlflowError } from '../errors.ts'
import type { Transport } from '../http/transport.ts'
import { olderThan } from '../http/versions.ts'
import type { ModelClient } from './model-client.ts'
import type { ModelContent } from './model-folder.ts'
import { openStore } from '../artifacts/open-store.ts'
import { checkContent, writeModelFolder, type WrittenModel } from './write-model-folder.ts'

const endpoint = 'models.log'

/** A model to log to a run. */
export interface LogModel extends Pick<TransferOptions, 'onProgress' | 'signal'> {
  readonly runId: string
  /** Name of the model; of old servers, its path below the run's artifacts. Default `model`. */
  readonly name?: string | undefined
  readonly model: ModelContent
  /** Step of the run that the model is of. MLflow 3. Default 0. */
  readonly step?: number | bigint | undefined
  /** MLflow 3. */
  readonly modelType?: string | undefined
  /** Parameters of the model beside the run's. MLflow 3. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** MLflow 3. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Metrics of the model; they become metrics of the run too. MLflow 3. */
  readonly metrics?: Readonly<Record<string, number>> | undefined
}

/** A model that is in MLflow. */
export interface LoggedModelInfo {
  /** What Python's `load_model` takes: `models:/m-…`, of old servers `runs:/…/model`. */
  readonly modelUri: string
  readonly runId: string
  readonly name: string
  /** MLflow 3. */
  readonly modelId?: string
  readonly modelUuid: string
  /** What the MLmodel file says. */
  readonly mlModel: WrittenModel
}

/**
 * Writes a model folder and gives it to a run. A server of MLflow 3 gets a logged model, an output of the run, which is
 * ready once its files are there and failed if they cannot be; an older one gets artifacts of the run and a note of the
 * model. Python loads either from `runs:/<run>/<name>` too.
 *
 * @param mlflow the client
 * @param options the run, the name and the model
 * @throws MlflowError `invalid_argument`, `not_found`, and what the calls throw
 *
 * @example
 * const { modelUri } = await logModel(mlflow, {
 *   runId: run.runId,
 *   model: { xgboost: { model: { path: 'model.ubj' }, format: 'ubj', version: '3.2.0' } },
 * })
 */
export async function logModel(mlflow: ModelClient, options: LogModel): Promise<LoggedModelInfo> {
  const { name = 'model' } = options
  await checkLogModel(mlflow.transport, options)
  const version = (await mlflow.transport.text('/version', signalOf(options)))?.trim()
  const temporary = await mkdtemp(join(tmpdir(), 'mlflow-model-'))
  const folder = join(temporary, name)
  const job = { ...options, name, folder, mlflowVersion: version }
  try {
    return version === undefined || olderThan(version, '3.0')
      ? await logToRun(mlflow, job)
      : await logAsOutput(mlflow, job)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/**
 * Requires a model that servers take, without sending anything.
 *
 * @throws MlflowError `invalid_argument` with the field
 */
export async function checkLogModel(
  transport: Pick<Transport, 'check'>,
  {
    name = 'model',
    model,
    modelType,
    params = {},
    tags = {},
    metrics = {},
    step = 0,
  }: Omit<LogModel, 'runId'>,
): Promise<void> {
  // It is a folder of this machine too.
  if (!/^[^/:.%"'\\\0]+$/.test(name))
    throw new MlflowError(
      'invalid_argument',
      `${endpoint}: name: must be a text without / : . % " ' and \\; got ${quoted(name)}`,
      { endpoint, field: 'name' },
    )
  await checkContent(model, endpoint)
  const experimentId = '0'
  await transport.check(loggedModelEndpoints.create, {
    experimentId,
    name,
    params: pairs(params),
    tags: pairs(tags),
    ...(modelType !== undefined && { modelType }),
  })
  const points = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 0, step }))
  await transport.check(runEndpoints.logBatch, { runId: 'run', metrics: points })
  await transport.check(runEndpoints.logOutputs, { runId: 'run', models: [{ modelId: 'model', step }] })
}

type Job = LogModel & {
  readonly name: string
  readonly folder: string
  readonly mlflowVersion: string | undefined
}

async function logToRun(mlflow: ModelClient, job: Job): Promise<LoggedModelInfo> {
  const { runId, name, folder, mlflowVersion } = job
  const { info } = await mlflow.runs.get({ runId }, signalOf(job))
  const mlModel = await writeModelFolder(folder, {
    ...job.model,
    runId: info.runId,
    artifactPath: name,
    mlflowVersion,
  })
  await mlflow.artifacts.upload({ ...transferOf(job), runId, source: folder, path: name })
  const { flavors, mlflow_version, model_uuid, utc_time_created } = mlModel
  const note = { run_id: runId, artifact_path: name, flavors, mlflow_version, model_uuid, utc_time_created }
  await mlflow.runs.logModel({ runId, modelJson: JSON.stringify(note) }, signalOf(job))
  return { modelUri: `runs:/${runId}/${name}`, runId, name, modelUuid: model_uuid, mlModel }
}

async function logAsOutput(mlflow: ModelClient, job: Job): Promise<LoggedModelInfo> {
  const { runId, name, modelType, step = 0, params, tags, metrics = {} } = job
  const call = signalOf(job)
  const run = await mlflow.runs.get({ runId }, call)
  const runParams = Object.fromEntries(run.data.params.map(({ key, value }) => [key, value]))
  const { info } = await mlflow.loggedModels.create(
    {
      experimentId: run.info.experimentId,
      name,
      sourceRunId: runId,
      params: pairs({ ...runParams, ...params }),
      tags: pairs(tags ?? {}),
      ...(modelType !== undefined && { modelType }),
    },
    call,
  )
  const { modelId } = info
  try {
    await mlflow.runs.logOutputs({ runId, models: [{ modelId, step }] }, call)
    const mlModel = await writeModelFolder(job.folder, {
      ...job.model,
      runId,
      modelId,
      artifactPath: info.artifactUri,
      mlflowVersion: job.mlflowVersion,
    })
    await uploadModel(mlflow, info.artifactUri, job)
    const timestamp = Date.now()
    const points = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step, modelId }))
    if (points.length > 0) await mlflow.runs.logBatch({ runId, metrics: points }, call)
    await mlflow.loggedModels.finalize({ modelId, status: 'LOGGED_MODEL_READY' }, call)
    return { modelUri: `models:/${modelId}`, runId, name, modelId, modelUuid: modelId, mlModel }
  } catch (error) {
    // Not aborted by the signal: the page would show a model that is pending for ever. If this fails too, it does.
    await mlflow.loggedModels
      .finalize({ modelId, status: 'LOGGED_MODEL_UPLOAD_FAILED' })
      .catch((second: unknown) => {
        throw new AggregateError(
          [error, second],
          `${endpoint}: the model failed and could not be marked as failed`,
        )
      })
    throw error
  }
}

async function uploadModel(mlflow: ModelClient, root: string, job: Job): Promise<void> {
  const store = openStore(mlflow.transport, { artifactUri: root })
  const entries = await readdir(job.folder, { withFileTypes: true, recursive: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name)
    await store.put(relative(job.folder, file).replaceAll(sep, '/'), { file }, transferOf(job))
  }
}

function pairs(values: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }))
}

function signalOf({ signal }: Pick<LogModel, 'signal'>): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {}
}

function transferOf(options: LogModel): Pick<TransferOptions, 'onProgress' | 'signal'> {
  return { ...signalOf(options), ...(options.onProgress && { onProgress: options.onProgress }) }
}
