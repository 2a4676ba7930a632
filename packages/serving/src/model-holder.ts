import { setImmediate } from 'node:timers/promises'
import {
  ClaimsError,
  evaluationSchema,
  parseBundleFile,
  referenceProfileSchema,
  toClaimsError,
  upgradeReferenceProfile,
  type BundleFiles,
  type Clock,
  type Evaluation,
  type ReferenceProfile,
} from '@claims/contracts'
import { openBundle, type Bundle } from '@claims/registry'
import type { ScoredRow, ScoreOptions, Scorer } from '@claims/scoring'
import { claimJsonSchema, type JsonSchema } from './claim-json-schema.ts'
import { exampleClaim, type ExampleClaim } from './example-claim.ts'
import { silentLogger, type Logger } from './logger.ts'
import { scoringModel, type ScoringModel } from './scoring/scoring-model.ts'
import type { ScoringThread } from './scoring/scoring-thread.ts'
import { warnOfModel } from './warn-of-model.ts'

/** Times that a new model scores the example before it serves, so that the first caller meets compiled code. */
const warmUpRounds = 200

/** Where a model to serve is. */
export type ModelSource = {
  /** Registered name; the bundle's own where absent. */
  readonly name?: string
  /** Registered version; the start of the manifest's hash where absent. */
  readonly version?: string
} & (
  | {
      /** Directory of its bundle. */
      readonly directory: string
    }
  | {
      /** Opens its bundle, such as that of a `ResolvedModel`. */
      readonly open: () => Promise<Bundle>
    }
)

/** A model that serves. */
export interface ServedModel extends ScoringModel {
  /** Names it on the scoring thread. */
  readonly key: string
  readonly since: Date
  readonly manifestSha256: string
  readonly evaluation: Evaluation
  /** JSON Schema of a claim. */
  readonly inputSchema: JsonSchema
  readonly example: ExampleClaim
  /** What the example scores. */
  readonly exampleScore: ScoredRow
}

/** The right to score with a model: it is freed only when every lease was released. */
export interface ModelLease {
  readonly model: ServedModel
  /** Gives the model back; once. */
  release(): void
}

/** What a holder needs. */
export interface ModelHolderOptions {
  /** Makes an opened bundle ready to score, such as `loadScorer` of `@claims/scoring`. */
  readonly loadScorer: (bundle: BundleFiles) => Promise<Scorer>
  readonly clock: Clock
  /** Reasons per claim, for warming up. */
  readonly reasons: number
  /** Scores large bodies; every model is loaded there too before it takes over. */
  readonly thread?: ScoringThread | undefined
  /** Told what a model that takes over warns of. */
  readonly logger?: Logger | undefined
}

interface Held {
  leases: number
  retired: boolean
}

/**
 * Holds the model that serves. A new one is checked, loaded and warmed up before it takes over between two requests;
 * where that fails, the one before it goes on serving.
 *
 * @example
 * const holder = new ModelHolder({ loadScorer: (bundle) => loadScorer(bundle, { threads: 1 }), clock: systemClock, reasons: 4 })
 * await holder.serve({ directory: 'fraud-bundle' })
 */
export class ModelHolder {
  readonly #options: ModelHolderOptions
  readonly #held = new Map<ServedModel, Held>()
  #loads = 0
  #current: ServedModel | null = null
  #failure: ClaimsError | null = null
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: ModelHolderOptions) {
    this.#options = options
  }

  /** Scores large bodies, where there is one. */
  get thread(): ScoringThread | undefined {
    return this.#options.thread
  }

  /** The model that serves; null before the first one. */
  get current(): ServedModel | null {
    return this.#current
  }

  /** Why the latest model could not take over; null where it did. */
  get failure(): ClaimsError | null {
    return this.#failure
  }

  /**
   * The model that serves.
   *
   * @throws ClaimsError `model_unavailable`
   */
  require(): ServedModel {
    if (this.#current === null) throw new ClaimsError('model_unavailable', 'No model is loaded yet')
    return this.#current
  }

  /**
   * The model that serves, kept until the lease is released, also where another one takes over meanwhile.
   *
   * @throws ClaimsError `model_unavailable`
   */
  lease(): ModelLease {
    const model = this.require()
    const held = this.#held.get(model)
    if (held === undefined) throw new TypeError('The model that serves is not held')
    held.leases += 1
    let given = true
    return {
      model,
      release: () => {
        if (!given) return
        given = false
        held.leases -= 1
        this.#freeIfUnused(model, held)
      },
    }
  }

  /**
   * Notes why the wanted model is not the one that serves, such as a registry that cannot be read; null where all is
   * well again.
   */
  note(failure: ClaimsError | null): void {
    this.#failure = failure
  }

  /**
   * Loads a model and lets it take over. Calls are done one after the other.
   *
   * @throws ClaimsError `file_not_found`, `damaged_bundle`, `unsupported_format_version`, `library_unavailable`;
   *   the model before goes on serving
   */
  async serve(source: ModelSource): Promise<ServedModel> {
    const loading = this.#queue.then(() => this.#replace(source))
    this.#queue = loading.catch(() => undefined)
    return await loading
  }

  /** Frees the model once nothing is scored with it; nothing is served afterwards. */
  async dispose(): Promise<void> {
    await this.#queue
    this.#retire(this.#current)
    this.#current = null
  }

  async #replace(source: ModelSource): Promise<ServedModel> {
    try {
      const next = await this.#load(source)
      const previous = this.#current
      this.#held.set(next, { leases: 0, retired: false })
      this.#current = next
      this.#failure = null
      this.#retire(previous)
      warnOfModel(next, this.#options.logger ?? silentLogger)
      return next
    } catch (error) {
      this.#failure = toClaimsError(error)
      throw this.#failure
    }
  }

  #retire(model: ServedModel | null): void {
    const held = model === null ? undefined : this.#held.get(model)
    if (model === null || held === undefined) return
    held.retired = true
    this.#freeIfUnused(model, held)
  }

  #freeIfUnused(model: ServedModel, held: Held): void {
    if (!held.retired || held.leases > 0 || !this.#held.delete(model)) return
    this.#options.thread?.unload(model.key)
    model.scorer.dispose()
  }

  async #load(source: ModelSource): Promise<ServedModel> {
    const bundle = 'open' in source ? await source.open() : await openBundle(source.directory)
    const evaluation = parseBundleFile(
      evaluationSchema,
      await bundle.readJson('evaluation.json'),
      'evaluation.json',
    )
    const { thread, clock, reasons } = this.#options
    const { manifestSha256 } = bundle
    const name = source.name ?? bundle.manifest.name
    const version = source.version ?? manifestSha256.slice(0, 12)
    const key = String((this.#loads += 1))
    const onThread = thread?.load({ key, bundle: bundle.content(), name, version })
    // A failure here is the first to be told; that of the thread is awaited below.
    onThread?.catch(() => undefined)
    let scorer: Scorer | undefined
    try {
      scorer = await this.#options.loadScorer(bundle)
      const { inputColumns, manifest } = scorer
      const example = exampleClaim(inputColumns, {
        blueprint: manifest.blueprint,
        profile: await readProfile(bundle),
      })
      const since = clock.now()
      const exampleScore = await warmUp(scorer, example, { reasons, now: since })
      await onThread
      return {
        ...scoringModel(scorer, { name, version }),
        ...{ key, since, manifestSha256, evaluation, example, exampleScore },
        inputSchema: claimJsonSchema(
          inputColumns,
          manifest.blueprint.business_rules.map((rule) => rule.name),
        ),
      }
    } catch (error) {
      scorer?.dispose()
      await onThread?.then(
        () => thread?.unload(key),
        () => undefined,
      )
      throw error
    }
  }
}

/** What the training rows looked like; undefined for a bundle that does not tell. */
async function readProfile(bundle: Bundle): Promise<ReferenceProfile | undefined> {
  if (!Object.hasOwn(bundle.manifest.files, profileFile)) return undefined
  const content = parseBundleFile(referenceProfileSchema, await bundle.readJson(profileFile), profileFile)
  return upgradeReferenceProfile(content)
}

const profileFile = 'reference-profile.json'

/** Scores the example again and again, a few times between two other tasks of the process. */
async function warmUp(scorer: Scorer, example: ExampleClaim, options: ScoreOptions): Promise<ScoredRow> {
  let [score] = scorer.scoreRecords([example], options)
  for (let round = 1; round < warmUpRounds; round += 1) {
    ;[score] = scorer.scoreRecords([example], options)
    if (round % 10 === 0) await setImmediate()
  }
  if (score === undefined) throw new ClaimsError('internal', 'The model gave no score for its example')
  return score
}
