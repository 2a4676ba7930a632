import { described, XGBoostError } from './errors.ts'
import { isMaximised } from './evaluation-sets.ts'
import type { RoundMetrics } from './evaluation-sets.ts'

/** When to stop a training and what to keep of it, as Python's `EarlyStopping`. */
export interface EarlyStoppingOptions {
  /** Stop after so many rounds without a better value. */
  readonly rounds: number
  /** The evaluation set to look at. Default the last one. */
  readonly dataName?: string
  /** The metric to look at. Default the set's last one. */
  readonly metricName?: string
  /**
   * Whether greater is better. Default by the whole name for the library's metrics: yes for `auc`, `aucpr`, `pre`,
   * `map`, `ndcg`, also with `@n`; no for a metric of one's own, which must not be named like these without it.
   */
  readonly maximize?: boolean
  /** By how much a value must be better to count. Default 0. */
  readonly minDelta?: number
  /** Whether the model is cut after its best round. Default true (Python: false). */
  readonly saveBest?: boolean
}

/** The best round so far and the value that made it so. */
export interface BestRound {
  readonly round: number
  readonly value: number
}

/** Watches one metric of one set, round by round. */
export class EarlyStopping {
  readonly #options: EarlyStoppingOptions
  #best: BestRound | undefined

  constructor(options: EarlyStoppingOptions) {
    const { rounds, minDelta = 0 } = options
    if (!Number.isSafeInteger(rounds) || rounds < 1)
      throw new XGBoostError(
        'invalid_parameter',
        `earlyStopping.rounds must be a whole number of at least 1; got ${rounds}`,
      )
    if (!(minDelta >= 0 && minDelta < Infinity))
      throw new XGBoostError(
        'invalid_parameter',
        `earlyStopping.minDelta must be finite and at least 0; got ${minDelta}`,
      )
    this.#options = options
  }

  get best(): BestRound | undefined {
    return this.#best
  }

  /**
   * Takes the metrics of a round; answers whether they are the best so far.
   *
   * @param customName the metric that is not the library's
   */
  improves(round: number, metrics: RoundMetrics, customName?: string): boolean {
    const { name, value } = watched(metrics, this.#options)
    const maximise = this.#options.maximize ?? maximises(name, customName)
    const { minDelta = 0 } = this.#options
    const best = this.#best?.value
    const better =
      best === undefined ||
      (Number.isNaN(best)
        ? !Number.isNaN(value)
        : maximise
          ? value - minDelta > best
          : best - minDelta > value)
    if (better) this.#best = { round, value }
    return better
  }

  /** Whether the rounds since the best one are too many. */
  stopsAfter(round: number): boolean {
    return this.#best !== undefined && round - this.#best.round >= this.#options.rounds
  }
}

const maximises = (name: string, customName: string | undefined): boolean => {
  if (name !== customName || !isMaximised(name)) return isMaximised(name)
  throw new XGBoostError(
    'invalid_parameter',
    `customMetric is named ${described(name)} like a metric of the library of which more is better; say by maximize whether it is so here`,
  )
}

/** The metric that the options name, or the last set's last one. */
export function watched(
  metrics: RoundMetrics,
  { dataName, metricName }: Pick<EarlyStoppingOptions, 'dataName' | 'metricName'> = {},
): { name: string; value: number } {
  const found = dataName ?? Object.keys(metrics).at(-1) ?? ''
  const set = Object.hasOwn(metrics, found) ? metrics[found] : undefined
  if (!set)
    throw new XGBoostError(
      'invalid_parameter',
      `earlyStopping.dataName must be one of ${Object.keys(metrics).join(', ')}; got ${(dataName ?? 'none').slice(0, 100)}`,
    )
  const name = metricName ?? Object.keys(set).at(-1)
  const value = name !== undefined && Object.hasOwn(set, name) ? set[name] : undefined
  if (name === undefined || value === undefined)
    throw new XGBoostError(
      'invalid_parameter',
      `earlyStopping.metricName must be one of ${Object.keys(set).join(', ')}; got ${(metricName ?? 'none').slice(0, 100)}`,
    )
  return { name, value }
}
