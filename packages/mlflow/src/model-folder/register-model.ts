import { modelVersionEndpoints } from '../endpoints/model-version-endpoints.ts'
import { registeredModelEndpoints } from '../endpoints/registered-model-endpoints.ts'
import { MlflowError } from '../errors.ts'
import type { CallOptions, Transport } from '../http/transport.ts'
import type { ModelVersion } from '../model-versions.ts'
import type { ModelClient } from './model-client.ts'

const endpoint = 'models.register'
const failed = 'LOGGED_MODEL_UPLOAD_FAILED'

/** What to register under which name. Say `modelId`, or `runId`, or `source`. */
export interface RegisterModel {
  readonly name: string
  /** Id of a logged model, MLflow 3. */
  readonly modelId?: string | undefined
  /** Run that a model was logged to. */
  readonly runId?: string | undefined
  /** Name of the model in the run. Default `model`. */
  readonly modelName?: string | undefined
  /** Address of a model folder; with `runId` when it is the server's own artifact store. */
  readonly source?: string | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** How long to wait for the version, milliseconds; 0 for not at all. Default 300,000. */
  readonly waitMilliseconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Adds a version to a registered model, which is made when there is none, and waits until it is ready.
 *
 * @param mlflow the client
 * @param options the name and the model
 * @throws MlflowError `invalid_argument` when it does not say which model; `not_found` when the run has no such model;
 *   `timed_out`; what the calls throw
 *
 * @example
 * const { version } = await registerModel(mlflow, { name: 'claims', modelId: logged.modelId, runId: logged.runId })
 */
export async function registerModel(mlflow: ModelClient, options: RegisterModel): Promise<ModelVersion> {
  const { name, description, tags, waitMilliseconds = 300_000 } = options
  const call = options.signal ? { signal: options.signal } : {}
  await checkRegisterModel(mlflow.transport, options)
  const origin = await originOf(mlflow, options, call)
  await mlflow.registeredModels.getOrCreate(name, call)
  const created = await mlflow.modelVersions.create(
    {
      name,
      ...origin,
      ...(description !== undefined && { description }),
      ...(tags && { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }),
    },
    call,
  )
  if (waitMilliseconds === 0 || created.status === 'READY') return created
  const { version } = created
  return mlflow.modelVersions.waitUntilReady(
    { name, version },
    { ...call, timeoutMilliseconds: waitMilliseconds },
  )
}

/**
 * Requires a version that servers take, without sending anything.
 *
 * @throws MlflowError `invalid_argument` with the field
 */
export async function checkRegisterModel(
  transport: Pick<Transport, 'check'>,
  { name, description, tags = {} }: Pick<RegisterModel, 'name' | 'description' | 'tags'>,
): Promise<void> {
  await transport.check(registeredModelEndpoints.create, { name })
  await transport.check(modelVersionEndpoints.create, {
    name,
    source: 'source',
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    ...(description !== undefined && { description }),
  })
}

interface Origin {
  readonly source: string
  readonly runId?: string
  readonly modelId?: string
}

async function originOf(mlflow: ModelClient, options: RegisterModel, call: CallOptions): Promise<Origin> {
  const { modelId, runId, source, modelName = 'model' } = options
  if (modelId !== undefined) {
    const { info } = await mlflow.loggedModels.get({ modelId }, call)
    if (info.status === failed)
      throw new MlflowError(
        'invalid_argument',
        `${endpoint}: modelId: the files of ${modelId} never arrived`,
        {
          endpoint,
          field: 'modelId',
        },
      )
    const of = runId ?? info.sourceRunId
    return { source: `models:/${modelId}`, modelId, ...(of !== undefined && of !== '' && { runId: of }) }
  }
  if (source !== undefined) return { source, ...(runId !== undefined && { runId }) }
  if (runId === undefined)
    throw new MlflowError('invalid_argument', `${endpoint}: say modelId, runId or source`, {
      endpoint,
      field: 'modelId',
    })
  const run = await mlflow.runs.get({ runId }, call)
  const outputs = [...(run.outputs?.modelOutputs ?? [])].sort((a, b) => Number(b.step) - Number(a.step))
  for (const output of outputs) {
    const { info } = await mlflow.loggedModels.get({ modelId: output.modelId }, call)
    if (info.name === modelName && info.status !== failed)
      return { source: `models:/${info.modelId}`, modelId: info.modelId, runId }
  }
  for await (const { path } of mlflow.artifacts.list({ ...call, runId, path: modelName }))
    if (path === `${modelName}/MLmodel`) return { source: `${run.info.artifactUri}/${modelName}`, runId }
  throw new MlflowError('not_found', `${endpoint}: run ${runId} has no model ${JSON.stringify(modelName)}`, {
    endpoint,
    field: 'modelName',
  })
}
