import { Booster } from './booster.ts'
import { requireMetricValue } from './custom-functions.ts'
import type { CustomMetric, CustomObjective } from './custom-functions.ts'
import type { DataMatrix } from './data-matrix.ts'
import { EvaluationSets } from './evaluation-sets.ts'
import type { RoundMetrics } from './evaluation-sets.ts'
import type { BoosterParameters } from './booster-parameters.ts'

/** What the rounds of one booster need. */
export interface RoundsOptions {
  readonly params: BoosterParameters
  readonly data: DataMatrix
  readonly evals: Readonly<Record<string, DataMatrix>>
  readonly obj?: CustomObjective | undefined
  readonly customMetric?: CustomMetric | undefined
  readonly model?: Booster | Uint8Array | undefined
}

/** A booster with its training matrix and evaluation sets, trained round by round. */
export class TrainingRounds implements Disposable {
  readonly booster: Booster
  readonly #options: RoundsOptions
  readonly #sets: EvaluationSets | undefined

  private constructor(booster: Booster, options: RoundsOptions) {
    this.booster = booster
    this.#options = options
    this.#sets = Object.keys(options.evals).length === 0 ? undefined : new EvaluationSets(options.evals)
  }

  static async begin(options: RoundsOptions): Promise<TrainingRounds> {
    const { params, data, evals, model } = options
    const matrices = [...new Set([data, ...Object.values(evals)])]
    const booster = await Booster.create({ params, matrices, ...(model && { model }) })
    try {
      return new TrainingRounds(booster, options)
    } catch (error) {
      booster.dispose()
      throw error
    }
  }

  /** One round and its evaluation. */
  async next(round: number): Promise<RoundMetrics> {
    const { data, obj, customMetric } = this.#options
    const { booster } = this
    if (obj) {
      const margins = await booster.predictTraining(data)
      await booster.trainOneIter(data, round, await obj(margins, data))
    } else await booster.trainOneIter(data, round)
    if (!this.#sets) return {}
    const metrics = await booster.evaluate(this.#sets, round)
    return customMetric ? this.#withCustom(metrics, customMetric) : metrics
  }

  async #withCustom(metrics: RoundMetrics, customMetric: CustomMetric): Promise<RoundMetrics> {
    const { evals, obj } = this.#options
    const all: Record<string, Readonly<Record<string, number>>> = {}
    for (const [set, matrix] of Object.entries(evals)) {
      const predictions = await this.booster.predictTraining(matrix, {
        outputMargin: obj !== undefined,
        training: false,
      })
      const found = await customMetric(predictions, matrix)
      requireMetricValue(found)
      all[set] = { ...metrics[set], [found.name]: found.value }
    }
    return all
  }

  [Symbol.dispose](): void {
    this.booster.dispose()
  }
}
