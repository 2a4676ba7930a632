import { Booster } from './booster.ts'
import { requireFunctions } from './custom-functions.ts'
import type { CustomMetric, CustomObjective } from './custom-functions.ts'
import type { DataMatrix } from './data-matrix.ts'
import { EarlyStopping, watched } from './early-stopping.ts'
import type { BestRound, EarlyStoppingOptions } from './early-stopping.ts'
import { XGBoostError } from './errors.ts'
import { namedSets } from './evaluation-sets.ts'
import type { NamedSets, RoundMetrics } from './evaluation-sets.ts'
import type { XGBoostLibrary } from './library.ts'
import type { BoosterParameters } from './booster-parameters.ts'
import {
  requireConstraints,
  requireLabelFor,
  requireOneSeed,
  requireRounds,
  requireSameFeatures,
} from './training-checks.ts'
import { TrainingRounds } from './training-rounds.ts'

/** What to train on, how, and for how long; see {@link train}. */
export interface TrainOptions {
  readonly params: BoosterParameters
  readonly data: DataMatrix
  /** The greatest number of boosting rounds. */
  readonly rounds: number
  /**
   * Sets that are evaluated after every round, in this order: by name, or as pairs of name and set. JavaScript puts
   * names that are whole numbers before others, so sets named by year are given as pairs, `[['2025', a], ['2026', b]]`.
   */
  readonly evals?: NamedSets
  /** Stop after so many rounds without a better value of the last set's last metric, and keep the best round. */
  readonly earlyStoppingRounds?: number
  /** Early stopping in detail; in place of `earlyStoppingRounds`. */
  readonly earlyStopping?: EarlyStoppingOptions
  /** A loss of your own in place of `params.objective`, which still transforms predictions. */
  readonly obj?: CustomObjective
  /** A metric of your own, after those of `params.evalMetric`. */
  readonly customMetric?: CustomMetric
  /** A model to go on from: a booster, which stays as it is, or the bytes of a saved one. */
  readonly xgbModel?: Booster | Uint8Array
  /** Called after every round. What it throws ends the training and rejects the promise. */
  readonly onRound?: (progress: { readonly round: number; readonly metrics: RoundMetrics }) => void
  /** Aborts between rounds; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** The seed of row and column sampling. Default 0. */
  readonly seed?: number
}

/** A trained model and how it came about. */
export interface TrainResult {
  /** With early stopping it holds the rounds up to the best one and no more, unless `saveBest` is false. */
  readonly booster: Booster
  /** Values by set, metric and round, of all rounds that ran. */
  readonly history: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
  /** The best round of the model, from 0, those of `xgbModel` included; without early stopping the last one. */
  readonly bestIteration: number
  /** The watched metric at the best round; absent without evaluation sets. */
  readonly bestScore: number | undefined
}

/**
 * Trains a booster without blocking the event loop: each round and each evaluation runs on a worker thread. Only `obj`
 * and `customMetric` run on the calling thread. Without them and without `evals` the rounds do not wait for the calling
 * thread either: where it is busy, `onRound` is called late and a signal ends the rounds late.
 *
 * With early stopping the model is cut after its best round, so whoever loads it predicts the same, and carries
 * `best_iteration` and `best_score` as attributes.
 *
 * @param options parameters, data, rounds, evaluation sets
 * @returns the booster, to be disposed by the caller, with the metrics of every round
 * @throws XGBoostError `invalid_parameter`, `invalid_label`, `feature_mismatch`, `library_unsupported`, `native`; the
 *   signal's reason when aborted
 * @example
 * ```ts
 * const { booster, bestIteration } = await train({
 *   params: { objective: 'binary:logistic', maxDepth: 4, eta: 0.1 },
 *   data, rounds: 500, evals: { valid }, earlyStoppingRounds: 20,
 * })
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { data, rounds, onRound, signal, obj, customMetric, xgbModel } = options
  const evals = namedSets(options.evals ?? {}, options.earlyStopping?.dataName === undefined)
  const lastSet = evals.at(-1)?.[0]
  const params = checkOptions(options, evals)
  const stopping = stoppingOptions(options, lastSet)
  const watch = stopping && new EarlyStopping(stopping)
  if (params.processType === 'update') requireUpdatable(xgbModel, rounds, data.library)
  signal?.throwIfAborted()
  const run = await TrainingRounds.begin({ params, data, evals, obj, customMetric, model: xgbModel })
  try {
    const before = params.processType === 'update' ? 0 : run.booster.boostedRounds
    const series: History = new Map()
    let last: BestRound = { round: rounds - 1, value: Number.NaN }
    let bestLinear: Uint8Array | undefined
    if (run.independent)
      await run.all(rounds, {
        signal,
        onRound:
          onRound &&
          ((round) => {
            onRound({ round, metrics: {} })
          }),
      })
    else
      for (let round = 0; round < rounds; round += 1) {
        const metrics = await run.next(round)
        record(series, metrics)
        const better = watch?.improves(round, metrics, run.customName) === true
        if (better && params.booster === 'gblinear' && stopping?.saveBest !== false)
          bestLinear = run.booster.saveBuffer('ubj')
        if (Object.keys(metrics).length > 0) last = { round, value: lastValue(metrics, lastSet) }
        onRound?.({ round, metrics })
        signal?.throwIfAborted()
        if (watch?.stopsAfter(round) === true) break
      }
    const history = asRecord(series)
    const best = watch?.best ?? last
    const bestScore = Number.isNaN(best.value) && Object.keys(history).length === 0 ? undefined : best.value
    const bestIteration = before + best.round
    const cut = watch !== undefined && stopping?.saveBest !== false
    const booster = finished(run.booster, params, { rounds: cut ? bestIteration + 1 : undefined, bestLinear })
    if (watch) {
      booster.setAttribute('best_iteration', String(bestIteration))
      booster.setAttribute('best_score', String(best.value))
    }
    return { booster, history, bestIteration, bestScore }
  } finally {
    run[Symbol.dispose]()
  }
}

/** The value that stands for a round: the last set's last metric, NaN where all metrics are disabled. */
const lastValue = (metrics: RoundMetrics, lastSet: string | undefined): number =>
  lastSet === undefined || Object.keys(metrics[lastSet] ?? {}).length === 0
    ? Number.NaN
    : watched(metrics, { dataName: lastSet }).value

type History = Map<string, Map<string, number[]>>

const record = (history: History, metrics: RoundMetrics): void => {
  for (const [set, values] of Object.entries(metrics)) {
    const series = history.get(set) ?? new Map<string, number[]>()
    history.set(set, series)
    for (const [metric, value] of Object.entries(values)) {
      const own = series.get(metric) ?? []
      series.set(metric, own)
      own.push(value)
    }
  }
}

const asRecord = (history: History): TrainResult['history'] =>
  Object.fromEntries(Array.from(history, ([set, series]) => [set, Object.fromEntries(series)]))

/** The first rounds of a trained booster as a booster of their own, which holds no training state and no thread. */
const finished = (
  booster: Booster,
  params: BoosterParameters,
  { rounds, bestLinear }: { rounds: number | undefined; bestLinear: Uint8Array | undefined },
): Booster => {
  const { library } = booster
  if (params.booster === 'gblinear') {
    const { processType: _, ...kept } = params
    return Booster.fromBuffer(bestLinear ?? booster.saveBuffer('ubj'), { library, params: kept })
  }
  const model = booster.slice(0, rounds ?? booster.boostedRounds)
  if (params.nthread !== undefined) model.setParameters({ nthread: params.nthread })
  return model
}

const stoppingOptions = (
  { earlyStoppingRounds, earlyStopping }: TrainOptions,
  lastSet: string | undefined,
): EarlyStoppingOptions | undefined => {
  if (earlyStoppingRounds !== undefined) requireRounds('earlyStoppingRounds', earlyStoppingRounds)
  if (earlyStoppingRounds !== undefined && earlyStopping !== undefined)
    throw new XGBoostError('invalid_parameter', 'give earlyStopping or earlyStoppingRounds, not both')
  const found =
    earlyStopping ?? (earlyStoppingRounds === undefined ? undefined : { rounds: earlyStoppingRounds })
  if (!found) return undefined
  if (lastSet === undefined)
    throw new XGBoostError('invalid_parameter', 'early stopping needs at least one set in evals')
  return { ...found, dataName: found.dataName ?? lastSet }
}

/** Requires as many rounds to update as there are to be. */
const requireUpdatable = (
  model: Booster | Uint8Array | undefined,
  rounds: number,
  library: XGBoostLibrary,
): void => {
  if (!model)
    throw new XGBoostError('invalid_parameter', 'processType update needs xgbModel, whose trees it updates')
  const booster = model instanceof Booster ? model : Booster.fromBuffer(model, { library })
  const present = booster.boostedRounds
  if (booster !== model) booster.dispose()
  if (rounds > present)
    throw new XGBoostError(
      'invalid_parameter',
      `processType update goes over the ${present} rounds of xgbModel again; rounds is ${rounds}`,
    )
}

const checkOptions = (
  { params, data, rounds, seed, obj, customMetric }: TrainOptions,
  evals: readonly (readonly [string, DataMatrix])[],
): BoosterParameters => {
  requireFunctions({ obj, customMetric }, evals.length)
  requireRounds('rounds', rounds)
  requireOneSeed(seed, params.seed)
  requireConstraints(params, data)
  for (const [name, matrix] of [['data', data] as const, ...evals]) {
    if (!obj) requireLabelFor(params.objective, name, matrix)
    requireSameFeatures(name, matrix, data)
  }
  return seed === undefined ? params : { ...params, seed }
}
