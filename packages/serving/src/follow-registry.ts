import { Bell, toClaimsError, type ClaimsError, type LedgerWatch } from '@claims/contracts'
import { championAlias, parseModelReference, type ModelRegistry } from '@claims/registry'
import type { Logger } from './logger.ts'
import type { ApiMetrics } from './metrics.ts'
import type { ModelHolder, ModelSource } from './model-holder.ts'

/** A reference that may mean another version later, wherever it is kept. */
export interface FollowedModel {
  /** The version that it means now. */
  wanted(): Promise<string>
  /** That version, to serve. */
  source(version: string): Promise<ModelSource>
}

/** How what is followed is looked at, and who is told. */
export interface FollowModelOptions {
  readonly followed: FollowedModel
  readonly holder: ModelHolder
  readonly logger: Logger
  readonly metrics: ApiMetrics
  /** Time between two looks: at the registry without a watch, and after something failed. */
  readonly everyMilliseconds: number
  /** Time after which a version that cannot be loaded is tried again; default 30,000. One that was out of reach is tried at each look. */
  readonly retryMilliseconds?: number
  /** Ends the following. */
  readonly signal: AbortSignal
}

/** What of the registry is followed, and who is told. */
export interface FollowOptions extends Omit<FollowModelOptions, 'followed'> {
  readonly registry: ModelRegistry
  /** `NAME` (its champion) or `NAME@ALIAS`. */
  readonly reference: string
  /** Tells which models change. Without one, the registry is looked at each time. */
  readonly watch?: LedgerWatch | undefined
}

/**
 * Looks at the registry when the watch tells of a change, or again and again, and lets the version that the alias points
 * at take over. One that cannot be loaded, and a registry that cannot be read, leave the model that serves; `/health` and
 * the metrics say so.
 *
 * @returns when the signal is aborted
 *
 * @example
 * void followRegistry({ registry, watch, reference: 'fraud', holder, logger, metrics, everyMilliseconds: 2000, signal })
 */
export async function followRegistry({ registry, reference, ...options }: FollowOptions): Promise<void> {
  const { name, alias = championAlias } = parseModelReference(reference)
  const followed: FollowedModel = {
    wanted: () => registry.readAlias(name, alias),
    source: (version) => registry.resolve(`${name}@${version}`),
  }
  await follow({ ...options, followed }, name)
}

/**
 * Asks again and again which version is wanted, and lets it take over, as `followRegistry` does.
 *
 * @returns when the signal is aborted
 *
 * @example
 * void followModel({ followed, holder, logger, metrics, everyMilliseconds: 2000, signal })
 */
export async function followModel(options: FollowModelOptions): Promise<void> {
  await follow(options, '')
}

async function follow(
  options: FollowModelOptions & Pick<FollowOptions, 'watch'>,
  name: string,
): Promise<void> {
  const { watch, everyMilliseconds, signal } = options
  const failed: Failed = { what: null, at: 0, passing: false }
  const bell = new Bell()
  // A watch that ends by a defect is no reason to stop either: then the registry is looked at each time.
  let watches = watch !== undefined
  const ringing = (watch === undefined ? Promise.resolve() : ring(bell, watch, { name, signal })).catch(
    (error: unknown) => {
      watches = false
      options.logger.error({ err: error }, 'the watch of the registry ended')
    },
  )
  for (;;) {
    const rung = await bell.wait(everyMilliseconds, signal)
    if (signal.aborted) break
    // A watch that sees nothing is no reason to see nothing.
    const told = watches && watch?.state.failure === null
    if (!told || rung || failed.what !== null || options.holder.failure !== null) await look(options, failed)
  }
  await ringing
}

/** Rings at each change of the model that is followed. */
async function ring(
  bell: Bell,
  watch: LedgerWatch,
  { name, signal }: Pick<FollowOptions, 'signal'> & { readonly name: string },
): Promise<void> {
  for await (const changed of watch.changes(signal)) if (changed === name) bell.ring()
}

/** Exit code of what is out of reach. */
const unavailable = 3

/** What failed last, so that it is told once and not tried at every look. */
interface Failed {
  what: string | null
  at: number
  /** Whether it was out of reach, and not wrong. */
  passing: boolean
}

async function look(options: FollowModelOptions, failed: Failed): Promise<void> {
  const { followed, holder, logger, metrics, retryMilliseconds = 30_000 } = options
  let what = 'registry'
  try {
    const version = await followed.wanted()
    if (version === holder.current?.version) {
      if (holder.failure !== null) {
        holder.note(null)
        logger.info(
          { model_name: holder.current.name, model_version: version },
          'the model that is wanted serves',
        )
      }
      failed.what = null
      return
    }
    what = version
    const early = performance.now() - failed.at < retryMilliseconds
    if (failed.what === version && !failed.passing && early) return
    const model = await holder.serve(await followed.source(version))
    failed.what = null
    logger.info({ model_name: model.name, model_version: model.version }, 'a new model serves')
  } catch (thrown) {
    const error = toClaimsError(thrown)
    holder.note(error)
    if (failed.what !== what) tell(error, { logger, metrics, what, serving: holder.current?.version })
    Object.assign(failed, { what, at: performance.now(), passing: error.entry.exitCode === unavailable })
  }
}

function tell(
  error: ClaimsError,
  {
    logger,
    metrics,
    what,
    serving,
  }: {
    logger: Logger
    metrics: ApiMetrics
    what: string
    serving: string | undefined
  },
): void {
  metrics.modelFailed()
  const fields = {
    code: error.code,
    problems: error.problems,
    wanted: what,
    model_version: serving,
    err: error,
  }
  logger.error(fields, `the model before goes on serving: ${error.message}`)
}
