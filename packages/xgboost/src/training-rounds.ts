import { Booster } from './booster.ts'
import type { RoundsRun } from './booster.ts'
import { requireGradients, requireMetricValue } from './custom-functions.ts'
import type { CustomMetric, CustomObjective } from './custom-functions.ts'
import type { DataMatrix } from './data-matrix.ts'
import { EvaluationSets } from './evaluation-sets.ts'
import type { RoundMetrics } from './evaluation-sets.ts'
import type { BoosterParameters } from './booster-parameters.ts'

/** What the rounds of one booster need. */
export interface RoundsOptions {
  readonly params: BoosterParameters
  readonly data: DataMatrix
  readonly evals: readonly (readonly [name: string, data: DataMatrix])[]
  readonly obj?: CustomObjective | undefined
  readonly customMetric?: CustomMetric | undefined
  readonly model?: Booster | Uint8Array | undefined
}

/** A booster with its training matrix and evaluation sets, trained round by round. */
export class TrainingRounds implements Disposable {
  readonly booster: Booster
  readonly #options: RoundsOptions
  readonly #sets: EvaluationSets | undefined
  #customName: string | undefined

  private constructor(booster: Booster, options: RoundsOptions) {
    this.booster = booster
    this.#options = options
    this.#sets = options.evals.length === 0 ? undefined : new EvaluationSets(options.evals)
  }

  static async begin(options: RoundsOptions): Promise<TrainingRounds> {
    const { params, data, evals, model } = options
    const matrices = [...new Set([data, ...evals.map(([, matrix]) => matrix)])]
    const booster = await Booster.create({ params, matrices, ...(model && { model }) })
    try {
      return new TrainingRounds(booster, options)
    } catch (error) {
      booster.dispose()
      throw error
    }
  }

  /** The name of the metric of one's own, once it has answered. */
  get customName(): string | undefined {
    return this.#customName
  }

  /** Whether rounds need nothing of this thread: no sets to evaluate, no loss of one's own. */
  get independent(): boolean {
    return this.#sets === undefined && this.#options.obj === undefined
  }

  /** Rounds without evaluation, where they are `independent`. */
  async all(count: number, how: Omit<RoundsRun, 'from' | 'count'>): Promise<void> {
    await this.booster.trainRounds(this.#options.data, { from: 0, count, ...how })
  }

  /** One round and its evaluation. */
  async next(round: number): Promise<RoundMetrics> {
    const { data, obj, customMetric } = this.#options
    const { booster } = this
    if (obj) {
      const margins = await booster.predictTraining(data)
      const outputs = margins.length / data.rows
      const found: unknown = await obj(margins, data)
      const whose = 'obj must answer'
      await booster.trainOneIter(data, round, requireGradients(found, { rows: data.rows, outputs, whose }))
    } else await booster.trainOneIter(data, round)
    if (!this.#sets) return {}
    const metrics = await booster.evaluate(this.#sets, round)
    return customMetric ? this.#withCustom(metrics, customMetric) : metrics
  }

  async #withCustom(metrics: RoundMetrics, customMetric: CustomMetric): Promise<RoundMetrics> {
    const { evals, obj } = this.#options
    const all: [string, Readonly<Record<string, number>>][] = []
    for (const [set, matrix] of evals) {
      const predictions = await this.booster.predictTraining(matrix, {
        outputMargin: obj !== undefined,
        training: false,
      })
      const own = metrics[set] ?? {}
      const found = requireMetricValue(await customMetric(predictions, matrix), own, this.#customName)
      this.#customName = found.name
      all.push([set, { ...own, [found.name]: found.value }])
    }
    return Object.fromEntries(all)
  }

  [Symbol.dispose](): void {
    this.booster.dispose()
  }
}
