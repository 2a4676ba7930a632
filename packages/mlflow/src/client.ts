import type { AliasChange, CompareAndSetAlias } from './aliases/compare-and-set.ts'
import type { Artifacts } from './artifacts/artifacts.ts'
import { createArtifacts } from './artifacts/create-artifacts.ts'
import type { MultipartOptions } from './artifacts/multipart.ts'
import { bind, type Bound } from './endpoints/bind.ts'
import { proxyEndpoints } from './endpoints/proxy-endpoints.ts'
import { MlflowError } from './errors.ts'
import { createExperiments, type Experiments } from './experiments.ts'
import { compareAndSetAlias, logModel, registerModel } from './functions.ts'
import type { LogListener } from './http/log-event.ts'
import { openTransport } from './http/open-transport.ts'
import type { TransportOptions } from './http/transport-settings.ts'
import type { CallOptions, Transport } from './http/transport.ts'
import { createLoggedModels, type LoggedModels } from './logged-models.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { LoggedModelInfo, LogModel } from './model-folder/log-model.ts'
import type { RegisterModel } from './model-folder/register-model.ts'
import { createModelVersions, type ModelVersion, type ModelVersions } from './model-versions.ts'
import { createRegisteredModels, type RegisteredModels } from './registered-models.ts'
import { createRuns, type Runs } from './runs.ts'
import type { ActiveRun } from './run/active-run.ts'
import type { RunOptions, RunStart } from './run/run-start.ts'
import type { RunWithClient } from './run/run-with-client.ts'
import type { ReplayedRun, Spool } from './spool/open-spool.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

/** How a client reaches its server. */
export interface MlflowClientOptions extends TransportOptions {
  /** Directory where runs are kept while the server cannot be reached; see `replay`. Default none. */
  readonly spool?: string | undefined
  /** Which files go in parts, past the server's proxy, where the server's store takes parts. */
  readonly multipart?: MultipartOptions | undefined
}

/**
 * A client of one MLflow tracking server, 2.x or 3.x. It holds no state of the server but the addresses of artifact
 * roots; making one sends nothing.
 *
 * @example
 * const mlflow = new MlflowClient({ trackingUri: 'http://127.0.0.1:5000' })
 * const experiment = await mlflow.experiments.getOrCreate('claims-risk')
 */
export class MlflowClient {
  /** Sends the calls; for calls that this client has no method for. */
  readonly transport: Transport
  readonly experiments: Experiments
  readonly runs: Runs
  readonly metrics: Metrics
  readonly artifacts: Artifacts
  /** The JSON endpoints of the artifact proxy; `artifacts` uses them where the server has one. */
  readonly proxy: Bound<typeof proxyEndpoints>
  readonly loggedModels: LoggedModels
  readonly registeredModels: RegisteredModels
  readonly modelVersions: ModelVersions
  readonly webhooks: Webhooks

  readonly #spool: string | undefined
  readonly #log: LogListener | undefined
  #runWithClient: RunWithClient | undefined

  /** @throws MlflowError `invalid_argument` for an address or an option that is not valid */
  constructor(options: MlflowClientOptions) {
    const transport = openTransport(options)
    this.transport = transport
    this.#spool = options.spool
    this.#log = options.log
    this.experiments = createExperiments(transport)
    this.runs = createRuns(transport)
    this.metrics = createMetrics(transport)
    this.artifacts = createArtifacts(transport, options.multipart)
    this.proxy = bind(transport, proxyEndpoints)
    this.loggedModels = createLoggedModels(transport)
    this.registeredModels = createRegisteredModels(transport)
    this.modelVersions = createModelVersions(transport)
    this.webhooks = createWebhooks(transport)
  }

  /** Whether the server says that it is healthy. @throws MlflowError when there is no answer */
  async health(options?: CallOptions): Promise<boolean> {
    return (await this.transport.text('/health', options))?.trim() === 'OK'
  }

  /** The server's version, such as `3.17.0`. @throws MlflowError `not_mlflow` when it tells none */
  async version(options?: CallOptions): Promise<string> {
    const text = (await this.transport.text('/version', options))?.trim() ?? ''
    if (/^\d+\.\d+/.test(text) && text.length < 64) return text
    throw new MlflowError(
      'not_mlflow',
      `version: ${this.transport.trackingUri} does not answer as an MLflow server does`,
      { endpoint: 'version' },
    )
  }

  /**
   * Starts a run or takes one up, works on it, and ends it: FINISHED when the body resolves, FAILED when it rejects,
   * KILLED when the signal is aborted or the process ends before. With a spool, logging never fails because of the
   * server: what cannot be sent is kept on disk, and `replay` sends it.
   *
   * @param start the experiment and the new run, or the id of a run to take up
   * @param body logs to the run; when the signal is aborted it is not waited for
   * @param options signal, flush interval, system tags
   * @returns what the body resolves to
   * @throws what the body throws; else what logging or ending the run throws
   */
  async withRun<T>(
    start: RunStart,
    body: (run: ActiveRun) => Promise<T>,
    options: RunOptions = {},
  ): Promise<T> {
    const { createRunWithClient } = await import('./run/run-with-client.ts')
    this.#runWithClient ??= createRunWithClient(this, { spool: this.#spool, log: this.#log })
    return this.#runWithClient(start, body, options)
  }

  /** What waits in the spool. @throws MlflowError `invalid_argument` without a spool */
  get spool(): Spool {
    const directory = this.#spool
    if (directory === undefined)
      throw new MlflowError('invalid_argument', 'spool: the client was made without one', { field: 'spool' })
    const open = async (): Promise<Spool> =>
      (await import('./spool/open-spool.ts')).openSpool(this, directory, this.#log)
    return {
      status: async () => (await open()).status(),
      replay: async (options) => (await open()).replay(options),
      discard: async (run) => (await open()).discard(run),
    }
  }

  /** Sends what waits in the spool; see {@link Spool.replay}. */
  replay(options?: CallOptions): Promise<ReplayedRun[]> {
    return this.spool.replay(options)
  }

  /** Writes a model folder and gives it to a run; see {@link logModel}. */
  logModel(options: LogModel): Promise<LoggedModelInfo> {
    return logModel(this, options)
  }

  /** Adds a version to a registered model; see {@link registerModel}. */
  registerModel(options: RegisterModel): Promise<ModelVersion> {
    return registerModel(this, options)
  }

  /** Moves an alias only when it stands where the caller thinks; see {@link compareAndSetAlias}. */
  compareAndSetAlias(options: CompareAndSetAlias): Promise<AliasChange> {
    return compareAndSetAlias(this, options)
  }
}
