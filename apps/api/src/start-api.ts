import { resolve } from 'node:path'
import { ClaimsError, systemClock, toClaimsError } from '@claims/contracts'
import { loadScorer } from '@claims/scoring'
import {
  parseModelReference,
  type MlflowModels,
  type ModelRegistry,
  type OpenRegistry,
} from '@claims/registry'
import {
  createApi,
  createMetrics,
  defaultLimits,
  followModel,
  followRegistry,
  ModelHolder,
  ScoringThread,
  startServer,
  type ApiMetrics,
  type ApiOptions,
  type Logger,
  type ModelSource,
  type RunningServer,
  type ServedModel,
  type SourceStatus,
  type ThreadSettings,
  type UnknownFields,
} from '@claims/serving'
import { readMlflowModels, readStorage } from './config.ts'
import { describeSource } from './describe-source.ts'
import { createLogger } from './logger.ts'
import { catalogModule, modelCatalog } from './model-catalog.ts'
import { isOfMlflow, mlflowServed, type MlflowServed } from './mlflow-reference.ts'
import { requireSafeListening } from './require-safe-listening.ts'
import type { Environment, LogLevel } from './settings.ts'
import { openStorage, unimportedText, type Storage } from './storage.ts'

const defaultPollMilliseconds = 1_000

/** What to serve, and where. */
export interface StartApiOptions {
  /** Directory of a bundle; this or `model`. */
  readonly bundle?: string | undefined
  /**
   * Registered model: NAME (its champion), NAME@ALIAS or NAME@VERSION; or one of MLflow: models:/NAME@ALIAS,
   * models:/NAME/VERSION, models:/NAME/Production, models:/NAME/latest.
   */
  readonly model?: string | undefined
  /** Models of MLflow. Default: those of the server that the environment names. */
  readonly mlflowModels?: MlflowModels | undefined
  /** The registry, closed by the caller. Default: the one that `storage` names. */
  readonly registry?: ModelRegistry | undefined
  /** Where the registry is that is opened here. Default: where the environment says. */
  readonly storage?: Storage | undefined
  /** Default 8000; 0 takes a free one. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined
  /** Default `development`. */
  readonly environment?: Environment | undefined
  /** Default `info`. */
  readonly logLevel?: LogLevel | undefined
  /** Instead of JSON lines on standard error. */
  readonly logger?: Logger | undefined
  /** Threads of one native call; default 1. */
  readonly threads?: number | undefined
  /** Path of libxgboost; found by itself where absent. */
  readonly xgboostLibrary?: string | undefined
  /** What happens with fields that the use case does not know; default `error`. */
  readonly unknownFields?: UnknownFields | undefined
  /** Time between two looks at the registry where it does not tell of changes; default 1,000, 0 looks once. */
  readonly pollMilliseconds?: number | undefined
  /** Time of notice before the listener closes; default 500 in development, 5,000 elsewhere. */
  readonly noticeMilliseconds?: number | undefined
  /** Time for the requests in flight once nothing new is accepted; default 10,000. */
  readonly drainMilliseconds?: number | undefined
  /** Whether a thread of its own scores large bodies; default true. */
  readonly scoringThread?: boolean | undefined
  /**
   * Authenticates: sees every request before any route and refuses those that may not pass; see `ApiOptions.guard` of
   * `@claims/serving`. With one, the api listens in every environment and on every address.
   */
  readonly guard?: ApiOptions['guard'] | undefined
  /** Protocols beside the product's own. */
  readonly protocols?: ApiOptions['protocols'] | undefined
}

/** An api that serves. */
export interface RunningApi {
  readonly url: string
  readonly port: number
  /** The model that served first; a registered one is followed. */
  readonly model: { readonly name: string; readonly version: string }
  /** Stops accepting, finishes the requests in flight and frees the model. */
  close(): Promise<void>
}

/**
 * Loads a model, warms it up and serves it over HTTP.
 *
 * @param options a bundle or a registered model; see `StartApiOptions`
 * @returns the address, and a way to close
 * @throws ClaimsError `invalid_configuration`, `address_in_use`, `unknown_model`, `unknown_version`, `unknown_alias`,
 *   `file_not_found`, `damaged_bundle`, `unsupported_format_version`, `library_unavailable`
 *
 * @example
 * const api = await startApi({ bundle: 'fraud-bundle', port: 0 })
 * await fetch(`${api.url}/health/ready`)
 * await api.close()
 */
export async function startApi(options: StartApiOptions): Promise<RunningApi> {
  const { host = '127.0.0.1', port = 8000, environment = 'development', threads = 1 } = options
  const { guard, protocols } = options
  if (guard === undefined) requireSafeListening(environment, host)
  const logger = options.logger ?? createLogger(options.logLevel ?? 'info')
  const ofMlflow = mlflowOf(options, logger)
  const opened = await registryOf(options, logger)
  const { registry } = opened
  const everyMilliseconds = options.pollMilliseconds ?? defaultPollMilliseconds
  const { model } = options
  const follows =
    everyMilliseconds > 0 &&
    (ofMlflow === undefined
      ? registry !== undefined && model !== undefined && parseModelReference(model).version === undefined
      : ofMlflow.followed !== undefined)
  const { xgboostLibrary } = options
  const catalog = modelCatalog({ xgboostLibrary })
  const metrics = createMetrics()
  const thread =
    options.scoringThread === false
      ? undefined
      : scoringThread(
          { threads, catalog: { url: catalogModule, settings: { xgboostLibrary } } },
          { logger, metrics },
        )
  const holder = new ModelHolder({
    loadScorer: (bundle) => loadScorer(bundle, { threads, catalog }),
    clock: systemClock,
    reasons: defaultLimits.reasons,
    logger,
    thread,
  })
  const shutdown = new AbortController()
  const free = async (): Promise<void> => {
    shutdown.abort()
    await holder.dispose()
    await thread?.close()
    await opened.close()
  }
  let server: RunningServer
  let served: ServedModel
  try {
    served = await holder.serve(await (ofMlflow?.first() ?? sourceOf(options, registry)))
    const app = createApi({
      ...{ holder, registry, environment, logger, metrics, shutdown: shutdown.signal },
      ...{ unknownFields: options.unknownFields, guard, protocols },
      source: () => sourceStatus(options, { follows, environment, ofMlflow, ...opened }),
    })
    server = await startServer(app, {
      ...{ host, port, metrics, logger },
      noticeMilliseconds: options.noticeMilliseconds ?? (environment === 'development' ? 500 : 5_000),
      drainMilliseconds: options.drainMilliseconds ?? 10_000,
      onClosing: () => {
        shutdown.abort()
        logger.info({}, 'shutting down: not ready, every answer closes its connection')
      },
    })
  } catch (error) {
    await free()
    throw error
  }
  const { name, version } = served
  const told = { holder, logger, metrics, everyMilliseconds, signal: shutdown.signal }
  const following = !follows
    ? Promise.resolve()
    : ofMlflow?.followed !== undefined
      ? followModel({ ...told, followed: ofMlflow.followed })
      : registry !== undefined && model !== undefined
        ? followRegistry({ ...told, registry, reference: model, watch: opened.opened?.watch })
        : Promise.resolve()
  const { url } = server
  logger.info({ url, model_name: name, model_version: version, environment, threads }, `listening on ${url}`)
  if (guard === undefined)
    logger.warn({ environment, host }, 'authentication is off: development, on loopback only')
  return {
    url,
    port: server.port,
    model: { name, version },
    close: async () => {
      await server.close()
      await following
      await free()
      logger.info({}, 'closed')
    },
  }
}

function scoringThread(
  settings: ThreadSettings,
  { logger, metrics }: { logger: Logger; metrics: ApiMetrics },
): ScoringThread {
  return new ScoringThread({
    ...settings,
    onDeath: (reason) => {
      metrics.threadDied()
      logger.error({ reason }, 'the thread for large bodies died; the next one starts it anew')
    },
  })
}

interface UsedRegistry {
  /** Absent where a bundle is served and there is no registry. */
  readonly registry?: ModelRegistry
  /** Absent where the caller brought the registry. */
  readonly opened?: OpenRegistry
  readonly artifactsUri?: string
  readonly close: () => Promise<void>
}

/** The registry that is used: the caller's, or the one that the settings name. */
async function registryOf(options: StartApiOptions, logger: Logger): Promise<UsedRegistry> {
  if ((options.bundle === undefined) === (options.model === undefined)) throw notOneModel(options)
  if (options.registry !== undefined) return { registry: options.registry, close: () => Promise.resolve() }
  const storage = options.storage ?? readStorage()
  try {
    const opened = await openStorage(storage, {
      create: needsRegistry(options),
      // Zero is no pause: nothing is followed then.
      pollMilliseconds: options.pollMilliseconds === 0 ? undefined : options.pollMilliseconds,
    })
    const { registry, database, unimported } = opened
    logger.info({ database: database.place }, `the registry is in ${database.place}`)
    if (unimported.length > 0)
      logger.warn({ models: unimported }, `${unimportedText(unimported)}; claims models import-directory`)
    return { registry, opened, artifactsUri: storage.artifactsUri, close: () => opened.close() }
  } catch (error) {
    if (needsRegistry(options)) throw error
    // A bundle, and a model of MLflow, is served without a registry.
    const { code, message } = toClaimsError(error)
    if (code !== 'file_not_found') logger.warn({ code }, `models of the registry are not shown: ${message}`)
    return { close: () => Promise.resolve() }
  }
}

function needsRegistry({ model }: StartApiOptions): boolean {
  return model !== undefined && !isOfMlflow(model)
}

/** The model of MLflow that is to be served; undefined where it is none. */
function mlflowOf({ model, mlflowModels }: StartApiOptions, logger: Logger): MlflowServed | undefined {
  return isOfMlflow(model) ? mlflowServed(mlflowModels ?? readMlflowModels(), model, logger) : undefined
}

function sourceStatus(
  { bundle, model = '' }: StartApiOptions,
  facts: Pick<UsedRegistry, 'opened' | 'artifactsUri'> & {
    readonly ofMlflow: MlflowServed | undefined
    readonly follows: boolean
    readonly environment: Environment
  },
): SourceStatus {
  if (facts.ofMlflow !== undefined)
    return { kind: 'mlflow', address: facts.ofMlflow.address, reference: model, follows: facts.follows }
  if (bundle === undefined) return describeSource({ ...facts, reference: model })
  return {
    kind: 'bundle',
    status: 'up',
    ...(facts.environment !== 'production' && { place: resolve(bundle) }),
  }
}

async function sourceOf(
  { bundle, model }: StartApiOptions,
  registry: ModelRegistry | undefined,
): Promise<ModelSource> {
  if (bundle !== undefined) return { directory: bundle }
  if (registry === undefined || model === undefined) throw new TypeError('A model needs a registry')
  return await registry.resolve(model)
}

function notOneModel({ model }: StartApiOptions): ClaimsError {
  return new ClaimsError('invalid_configuration', 'Exactly one of a bundle and a model must be given', {
    problems: [
      {
        field: 'bundle',
        problem: model === undefined ? 'is absent, and so is model' : 'is given, and so is model',
        allowed: 'a bundle or a model',
      },
    ],
  })
}
