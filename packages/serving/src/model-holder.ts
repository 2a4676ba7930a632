import { ClaimsError, evaluationSchema, toClaimsError, type Evaluation } from '@claims/contracts'
import { openBundle, parseBundleFile, type Clock } from '@claims/registry'
import type { ScoredRow, Scorer } from '@claims/pipeline'
import { claimJsonSchema, type JsonSchema } from './claim-json-schema.ts'
import { exampleClaim, type ExampleClaim } from './example-claim.ts'

/** Times that a new model scores the example before it serves, so that the first caller meets compiled code. */
const warmUpRounds = 200

/** Where a model to serve is. */
export interface ModelSource {
  /** Directory of its bundle. */
  readonly directory: string
  /** Registered name; the bundle's own where absent. */
  readonly name?: string
  /** Registered version; the start of the manifest's hash where absent. */
  readonly version?: string
}

/** A model that serves. */
export interface ServedModel {
  readonly name: string
  readonly version: string
  readonly since: Date
  readonly scorer: Scorer
  readonly evaluation: Evaluation
  /** JSON Schema of a claim. */
  readonly inputSchema: JsonSchema
  readonly sensitiveColumns: ReadonlySet<string>
  readonly example: ExampleClaim
  /** What the example scores. */
  readonly exampleScore: ScoredRow
}

/** What a holder needs. */
export interface ModelHolderOptions {
  /** Loads a bundle, such as `loadScorer` of `@claims/pipeline`. */
  readonly loadScorer: (directory: string) => Promise<Scorer>
  readonly clock: Clock
  /** Reasons per claim, for warming up. */
  readonly reasons: number
}

/**
 * Holds the model that serves. A new one is checked, loaded and warmed up before it takes over between two requests;
 * where that fails, the one before it goes on serving.
 *
 * @example
 * const holder = new ModelHolder({ loadScorer: (d) => loadScorer(d, { threads: 1 }), clock: systemClock, reasons: 4 })
 * await holder.serve({ directory: 'fraud-bundle' })
 */
export class ModelHolder {
  readonly #options: ModelHolderOptions
  #current: ServedModel | null = null
  #failure: ClaimsError | null = null
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: ModelHolderOptions) {
    this.#options = options
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

  /** Frees the model; nothing is served afterwards. */
  async dispose(): Promise<void> {
    await this.#queue
    this.#current?.scorer.dispose()
    this.#current = null
  }

  async #replace(source: ModelSource): Promise<ServedModel> {
    try {
      const next = await this.#load(source)
      const previous = this.#current
      this.#current = next
      this.#failure = null
      previous?.scorer.dispose()
      return next
    } catch (error) {
      this.#failure = toClaimsError(error)
      throw this.#failure
    }
  }

  async #load(source: ModelSource): Promise<ServedModel> {
    const bundle = await openBundle(source.directory)
    const evaluation = parseBundleFile(
      evaluationSchema,
      await bundle.readJson('evaluation.json'),
      'evaluation.json',
    )
    const scorer = await this.#options.loadScorer(source.directory)
    try {
      const { inputColumns, manifest } = scorer
      const example = exampleClaim(inputColumns, {
        blueprint: manifest.blueprint,
        profile: Object.hasOwn(manifest.files, 'reference-profile.json')
          ? await bundle.readJson('reference-profile.json')
          : undefined,
      })
      return {
        name: source.name ?? manifest.name,
        version: source.version ?? bundle.manifestSha256.slice(0, 12),
        since: this.#options.clock.now(),
        scorer,
        evaluation,
        inputSchema: claimJsonSchema(inputColumns),
        sensitiveColumns: new Set(inputColumns.filter((c) => c.role === 'sensitive').map((c) => c.name)),
        example,
        exampleScore: warmUp(scorer, example, this.#options.reasons),
      }
    } catch (error) {
      scorer.dispose()
      throw error
    }
  }
}

function warmUp(scorer: Scorer, example: ExampleClaim, reasons: number): ScoredRow {
  let [score] = scorer.scoreRecords([example], { reasons })
  for (let round = 1; round < warmUpRounds; round += 1) [score] = scorer.scoreRecords([example], { reasons })
  if (score === undefined) throw new ClaimsError('internal', 'The model gave no score for its example')
  return score
}
