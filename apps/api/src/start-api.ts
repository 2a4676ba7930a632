import { ClaimsError } from '@claims/contracts'
import { loadScorer } from '@claims/pipeline'
import { DirectoryModelRegistry, systemClock, type ModelRegistry } from '@claims/registry'
import {
  createApi,
  defaultLimits,
  ModelHolder,
  startServer,
  type Logger,
  type ModelSource,
  type RunningServer,
} from '@claims/serving'
import type { ApiEnvironment, LogLevel } from './config.ts'
import { createLogger } from './logger.ts'
import { requireSafeListening } from './require-safe-listening.ts'

/** What to serve, and where. */
export interface StartApiOptions {
  /** Directory of a bundle; this or `model`. */
  readonly bundle?: string
  /** Registered model: NAME (its champion), NAME@ALIAS or NAME@VERSION. */
  readonly model?: string
  /** Directory of the registry. Default `.claims/registry`. */
  readonly registryRoot?: string
  /** Default 8000; 0 takes a free one. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default `development`. */
  readonly environment?: ApiEnvironment
  /** Default `info`. */
  readonly logLevel?: LogLevel
  /** Instead of JSON lines on standard error. */
  readonly logger?: Logger
  /** Threads of one native call; default 1. */
  readonly threads?: number
  /** Path of libxgboost; found by itself where absent. */
  readonly xgboostLibrary?: string
  /** Time for the requests in flight when the api closes; default 10,000. */
  readonly drainMilliseconds?: number
}

/** An api that serves. */
export interface RunningApi {
  readonly url: string
  readonly port: number
  /** The model that serves. */
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
  requireSafeListening(environment, host)
  const logger = options.logger ?? createLogger(options.logLevel ?? 'info')
  const registry = new DirectoryModelRegistry(options.registryRoot ?? '.claims/registry')
  const source = await sourceOf(options, registry)
  const library = options.xgboostLibrary === undefined ? {} : { xgboostLibrary: options.xgboostLibrary }
  const holder = new ModelHolder({
    loadScorer: (directory) => loadScorer(directory, { threads, ...library }),
    clock: systemClock,
    reasons: defaultLimits.reasons,
  })
  const { name, version } = await holder.serve(source)
  const shutdown = new AbortController()
  const app = createApi({ holder, registry, environment, logger, shutdown: shutdown.signal })
  let server: RunningServer
  try {
    server = await startServer(app, {
      host,
      port,
      drainMilliseconds: options.drainMilliseconds ?? 10_000,
      onClosing: () => {
        shutdown.abort()
      },
    })
  } catch (error) {
    await holder.dispose()
    throw error
  }
  const { url } = server
  logger.info({ url, model_name: name, model_version: version, environment, threads }, `listening on ${url}`)
  logger.warn({ environment, host }, 'authentication is off: development, on loopback only')
  return {
    url,
    port: server.port,
    model: { name, version },
    close: async () => {
      await server.close()
      await holder.dispose()
      logger.info({}, 'closed')
    },
  }
}

async function sourceOf({ bundle, model }: StartApiOptions, registry: ModelRegistry): Promise<ModelSource> {
  if (bundle !== undefined && model === undefined) return { directory: bundle }
  if (model !== undefined && bundle === undefined) {
    return await registry.resolve(model)
  }
  throw new ClaimsError('invalid_configuration', 'Exactly one of a bundle and a model must be given', {
    problems: [
      {
        field: 'bundle',
        problem: model === undefined ? 'is absent, and so is model' : 'is given, and so is model',
        allowed: 'a bundle or a model',
      },
    ],
  })
}
