import { requireFunctions } from './custom-functions.ts'
import type { CustomMetric, CustomObjective } from './custom-functions.ts'
import type { DataMatrix } from './data-matrix.ts'
import { EarlyStopping } from './early-stopping.ts'
import { Disposables } from './disposables.ts'
import { XGBoostError } from './errors.ts'
import type { RoundMetrics } from './evaluation-sets.ts'
import { divide, divideStratified, foldsOf } from './folds.ts'
import type { Fold, FoldOptions } from './folds.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { BoosterParameters } from './booster-parameters.ts'
import { requireConstraints, requireLabelFor, requireOneSeed, requireRounds } from './training-checks.ts'
import { TrainingRounds } from './training-rounds.ts'

/** What to validate, as Python's `cv`; see {@link crossValidate}. */
export interface CrossValidateOptions {
  readonly params: BoosterParameters
  /** A matrix that can be sliced. Its query groups are kept whole. */
  readonly data: DataMatrix
  /** The greatest number of boosting rounds. */
  readonly rounds: number
  /** Default 3. */
  readonly nfold?: number
  /** Whether each fold has the labels in the proportions of the whole. Default false. */
  readonly stratified?: boolean
  /** Rows of each fold, in place of `nfold`, `stratified` and `shuffle`. */
  readonly folds?: readonly {
    readonly train: Int32Array | readonly number[]
    readonly test: Int32Array | readonly number[]
  }[]
  /** Default true. */
  readonly shuffle?: boolean
  /** The seed of the division and, unless `params.seed` is given, of the sampling. Default 0. */
  readonly seed?: number
  /** Stop after so many rounds without a better mean of the last metric on the test rows. */
  readonly earlyStoppingRounds?: number
  /** Whether greater is better for early stopping. Default by the metric's name. */
  readonly maximize?: boolean
  readonly obj?: CustomObjective
  readonly customMetric?: CustomMetric
  /** Called after every round with the means over the folds. What it throws ends the validation. */
  readonly onRound?: (progress: { readonly round: number; readonly metrics: RoundMetrics }) => void
  /** Aborts between rounds; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** A metric over the folds, by round: mean and standard deviation (of the population, as Python's). */
export interface FoldSeries {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** What a cross-validation found. */
export interface CrossValidateResult {
  /** By set (`train`, `test`), then by metric; cut after the best round when stopped early. */
  readonly history: Readonly<Record<'train' | 'test', Readonly<Record<string, FoldSeries>>>>
  /** The best round, from 0; without early stopping the last one. */
  readonly bestIteration: number
  /** The mean of the last metric on the test rows at the best round. */
  readonly bestScore: number
}

/**
 * Trains one booster per fold, round by round side by side, and evaluates each on the rows it has not seen. Never
 * blocks the event loop, except to slice the matrix.
 *
 * @param options parameters, data, rounds, folds
 * @returns mean and standard deviation of each metric by round
 * @throws XGBoostError as {@link train}; `invalid_parameter` for folds that cannot be made
 * @example
 * ```ts
 * const { history, bestIteration } = await crossValidate({
 *   params: { objective: 'binary:logistic', evalMetric: 'auc' },
 *   data, rounds: 500, nfold: 5, stratified: true, earlyStoppingRounds: 20,
 * })
 * ```
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidateResult> {
  const { data, rounds, obj, customMetric, onRound, signal, maximize } = options
  const params = checkOptions(options)
  const { earlyStoppingRounds } = options
  const watch = earlyStoppingRounds === undefined ? undefined : stopping(earlyStoppingRounds, maximize)
  signal?.throwIfAborted()
  const stack = new Disposables()
  try {
    const runs: TrainingRounds[] = []
    for (const matrices of foldMatrices(data, options, stack)) {
      const evals = [['train', matrices.train] as const, ['test', matrices.test] as const]
      runs.push(
        stack.use(await TrainingRounds.begin({ params, data: matrices.train, evals, obj, customMetric })),
      )
    }
    const history: History = { train: new Map(), test: new Map() }
    let [length, bestScore] = [0, Number.NaN]
    for (let round = 0; round < rounds; round += 1) {
      const folds: RoundMetrics[] = []
      for (const run of runs) folds.push(await run.next(round))
      const means = record(history, folds)
      length = round + 1
      bestScore = watch?.best?.value ?? Object.values(means['test'] ?? {}).at(-1) ?? Number.NaN
      const better = watch?.improves(round, means, runs[0]?.customName)
      if (better) bestScore = watch?.best?.value ?? bestScore
      onRound?.({ round, metrics: means })
      signal?.throwIfAborted()
      if (watch?.stopsAfter(round)) {
        length = (watch.best?.round ?? round) + 1
        break
      }
    }
    return {
      history: { train: cut(history.train, length), test: cut(history.test, length) },
      bestIteration: watch?.best?.round ?? length - 1,
      bestScore,
    }
  } finally {
    stack.dispose()
  }
}

interface Series {
  readonly mean: number[]
  readonly std: number[]
}

const stopping = (rounds: number, maximize: boolean | undefined): EarlyStopping =>
  new EarlyStopping({ rounds, dataName: 'test', ...(maximize !== undefined && { maximize }) })

type History = Readonly<Record<'train' | 'test', Map<string, Series>>>

const cut = (series: ReadonlyMap<string, Series>, length: number): Record<string, FoldSeries> =>
  Object.fromEntries(
    Array.from(series, ([metric, { mean, std }]) => [
      metric,
      { mean: mean.slice(0, length), std: std.slice(0, length) },
    ]),
  )

/** Adds a round to the history; answers the means. */
const record = (history: History, folds: readonly RoundMetrics[]): RoundMetrics => {
  const meansOf = (set: 'train' | 'test'): Readonly<Record<string, number>> =>
    Object.fromEntries(
      Object.keys(folds[0]?.[set] ?? {}).map((metric) => {
        const values = folds.map((fold) => fold[set]?.[metric] ?? Number.NaN)
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
        const series = history[set].get(metric) ?? { mean: [], std: [] }
        history[set].set(metric, series)
        series.mean.push(mean)
        series.std.push(Math.sqrt(variance))
        return [metric, mean]
      }),
    )
  return { train: meansOf('train'), test: meansOf('test') }
}

const foldMatrices = (
  data: DataMatrix,
  options: CrossValidateOptions,
  stack: Disposables,
): { train: DataMatrix; test: DataMatrix }[] => {
  const { nfold = 3, shuffle = true, seed = 0, stratified = false, folds } = options
  const division: FoldOptions = { nfold, shuffle, seed }
  const group = folds ? new Uint32Array(0) : data.getGroup()
  if (group.length > 1 && !stratified) {
    const begins = new Int32Array(group.length)
    group.forEach((size, index) => {
      if (index + 1 < begins.length) begins[index + 1] = (begins[index] ?? 0) + size
    })
    return foldsOf(divide(group.length, division)).map(({ train, test }) => ({
      train: stack.use(groupSlice(data, train, { group, begins })),
      test: stack.use(groupSlice(data, test, { group, begins })),
    }))
  }
  const parts = folds ?? foldsOf(stratified ? stratify(data, division) : divide(data.rows, division))
  if (parts.length < 2)
    throw new XGBoostError('invalid_parameter', `folds must hold at least 2 folds; got ${parts.length}`)
  return parts.map(({ train, test }: Fold | { train: Rows; test: Rows }) => ({
    train: stack.use(data.slice(train)),
    test: stack.use(data.slice(test)),
  }))
}

type Rows = Int32Array | readonly number[]

const stratify = (data: DataMatrix, division: FoldOptions): Int32Array[] => {
  const label = data.getLabel()
  if (label.length !== data.rows)
    throw new XGBoostError('invalid_label', 'stratified folds need one label for each row')
  return divideStratified(label, division)
}

/** The rows of whole query groups, as groups. */
const groupSlice = (
  data: DataMatrix,
  groups: Int32Array,
  { group, begins }: { group: Uint32Array; begins: Int32Array },
): DataMatrix => {
  const sizes = Uint32Array.from(groups, (index) => group[index] ?? 0)
  const rows = Array.from(groups).flatMap((index) =>
    Array.from({ length: group[index] ?? 0 }, (_, row) => (begins[index] ?? 0) + row),
  )
  const slice = data.slice(rows, { allowGroups: true })
  const { library, handle } = slice
  const status = library.native.matrixSetInfo(handle.pointer, 'group', arrayInterface(sizes, [sizes.length]))
  library.check(status, 'invalid_data')
  assertAttached([sizes], sizes.length * sizes.BYTES_PER_ELEMENT)
  return slice
}

const checkOptions = (options: CrossValidateOptions): BoosterParameters => {
  const { params, data, rounds, seed, obj, customMetric } = options
  requireFunctions({ obj, customMetric }, 1)
  requireRounds('rounds', rounds)
  requireOneSeed(seed, params.seed)
  requireConstraints(params, data)
  if (options.earlyStoppingRounds !== undefined)
    requireRounds('earlyStoppingRounds', options.earlyStoppingRounds)
  if (!obj) requireLabelFor(params.objective, 'data', data)
  return seed === undefined ? params : { ...params, seed }
}
