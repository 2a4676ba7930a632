import { Booster } from './booster.ts'
import type { DMatrix } from './d-matrix.ts'
import { XGBoostError } from './errors.ts'
import { EvaluationSets, isMaximised } from './evaluation-sets.ts'
import type { RoundMetrics } from './evaluation-sets.ts'
import type { BoosterParameters } from './parameters.ts'

/** What to train on, how, and for how long; see {@link train}. */
export interface TrainOptions {
  readonly params: BoosterParameters
  readonly data: DMatrix
  /** The greatest number of boosting rounds. */
  readonly rounds: number
  /** Sets that are evaluated after every round, in this order. */
  readonly evals?: Readonly<Record<string, DMatrix>>
  /** Stop after so many rounds without a better value of the last set's last metric. */
  readonly earlyStoppingRounds?: number
  /** Called after every round. What it throws ends the training and rejects the promise. */
  readonly onRound?: (progress: { readonly round: number; readonly metrics: RoundMetrics }) => void
  /** Aborts between rounds; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** The seed of row and column sampling. Default 0. */
  readonly seed?: number
}

/** A trained model and how it came about. */
export interface TrainResult {
  /** With early stopping it holds the rounds up to the best one and no more. */
  readonly booster: Booster
  /** Values by set, metric and round, of all rounds that ran. */
  readonly history: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
  /** The best round, from 0; without early stopping the last one. */
  readonly bestIteration: number
  /** The last set's last metric at the best round; absent without evaluation sets. */
  readonly bestScore: number | undefined
}

/**
 * Trains a booster without blocking the event loop: each round and each evaluation runs on a worker thread.
 *
 * With `earlyStoppingRounds` the model is cut after its best round, so whoever loads it predicts the same, and carries
 * `best_iteration` and `best_score` as attributes.
 *
 * @param options parameters, data, rounds, evaluation sets
 * @returns the booster, to be disposed by the caller, with the metrics of every round
 * @throws XGBoostError `invalid_parameter`, `invalid_label`, `feature_mismatch`, `native`; the signal's reason when aborted
 * @example
 * ```ts
 * const { booster, bestIteration } = await train({
 *   params: { objective: 'binary:logistic', maxDepth: 4, eta: 0.1 },
 *   data, rounds: 500, evals: { valid }, earlyStoppingRounds: 20,
 * })
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { data, rounds, evals = {}, earlyStoppingRounds, onRound, signal } = options
  const params = checkOptions(options)
  signal?.throwIfAborted()
  const booster = await Booster.create({ params, matrices: [...new Set([data, ...Object.values(evals)])] })
  try {
    const sets = Object.keys(evals).length === 0 ? undefined : new EvaluationSets(evals)
    const history: Record<string, Record<string, number[]>> = {}
    let best: Best | undefined
    let round = 0
    for (; round < rounds; round += 1) {
      await booster.trainOneIter(data, round)
      const metrics = sets ? await booster.evaluate(sets, round) : {}
      record(history, metrics)
      const last = lastMetric(metrics)
      if (last && (best === undefined || earlyStoppingRounds === undefined || isBetter(last, best)))
        best = { ...last, round }
      onRound?.({ round, metrics })
      signal?.throwIfAborted()
      if (earlyStoppingRounds !== undefined && best && round - best.round >= earlyStoppingRounds) break
    }
    const bestIteration = best?.round ?? rounds - 1
    const kept = earlyStoppingRounds === undefined ? rounds : bestIteration + 1
    const model = finished(booster, kept, params)
    if (earlyStoppingRounds !== undefined) {
      model.setAttribute('best_iteration', String(bestIteration))
      model.setAttribute('best_score', String(best?.value))
    }
    return { booster: model, history, bestIteration, bestScore: best?.value }
  } finally {
    booster.dispose()
  }
}

interface Metric {
  readonly name: string
  readonly value: number
}

interface Best extends Metric {
  readonly round: number
}

const lastMetric = (metrics: RoundMetrics): Metric | undefined => {
  const entry = Object.entries(Object.values(metrics).at(-1) ?? {}).at(-1)
  return entry && { name: entry[0], value: entry[1] }
}

const isBetter = (candidate: Metric, best: Metric): boolean =>
  Number.isNaN(best.value)
    ? !Number.isNaN(candidate.value)
    : isMaximised(candidate.name)
      ? candidate.value > best.value
      : candidate.value < best.value

const record = (history: Record<string, Record<string, number[]>>, metrics: RoundMetrics): void => {
  for (const [set, values] of Object.entries(metrics)) {
    const series = (history[set] ??= {})
    for (const [metric, value] of Object.entries(values)) (series[metric] ??= []).push(value)
  }
}

/** The first rounds of a trained booster as a booster of their own, which holds no training state and no thread. */
const finished = (booster: Booster, rounds: number, params: BoosterParameters): Booster => {
  const { library } = booster
  if (params.booster === 'gblinear') return Booster.fromBuffer(booster.saveBuffer('ubj'), { library, params })
  const model = booster.slice(0, rounds)
  if (params.nthread !== undefined) model.setParameters({ nthread: params.nthread })
  return model
}

const checkOptions = ({
  params,
  data,
  rounds,
  evals = {},
  earlyStoppingRounds,
  seed,
}: TrainOptions): BoosterParameters => {
  requireRounds('rounds', rounds)
  if (earlyStoppingRounds !== undefined) {
    requireRounds('earlyStoppingRounds', earlyStoppingRounds)
    if (Object.keys(evals).length === 0)
      throw new XGBoostError('invalid_parameter', 'earlyStoppingRounds needs at least one set in evals')
  }
  if (seed !== undefined && params.seed !== undefined && params.seed !== seed)
    throw new XGBoostError('invalid_parameter', `seed is ${seed} but params.seed is ${params.seed}; give one`)
  const matrices: [string, DMatrix][] = [['data', data], ...Object.entries(evals)]
  for (const [name, matrix] of matrices) {
    requireLabelFor(params.objective, name, matrix)
    if (matrix.columns !== data.columns)
      throw new XGBoostError(
        'feature_mismatch',
        `${name} has ${matrix.columns} columns; the training data has ${data.columns}`,
      )
    if (
      matrix.featureNames &&
      data.featureNames &&
      matrix.featureNames.some((feature, index) => feature !== data.featureNames?.[index])
    )
      throw new XGBoostError('feature_mismatch', `${name} has other feature names than the training data`)
  }
  return seed === undefined ? params : { ...params, seed }
}

const requireRounds = (name: string, value: number): void => {
  if (!Number.isSafeInteger(value) || value < 1 || value >= 2 ** 31)
    throw new XGBoostError('invalid_parameter', `${name} must be a whole number of at least 1; got ${value}`)
}

const requireLabelFor = (objective: string | undefined, name: string, { labelRange }: DMatrix): void => {
  if (objective?.startsWith('survival:aft')) return
  if (!labelRange) throw new XGBoostError('invalid_label', `${name} has no label`)
  const { least, greatest } = labelRange
  if (/^(binary:logi|reg:logistic)/.test(objective ?? '') && (least < 0 || greatest > 1))
    throw new XGBoostError(
      'invalid_label',
      `labels of ${name} must be in [0, 1] for ${objective}; they reach from ${least} to ${greatest}`,
    )
}
