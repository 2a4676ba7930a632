import {
  foldMetricNames,
  type Blueprint,
  type CandidateEvaluation,
  type ProgressListener,
} from '@claims/contracts'
import {
  metricTable,
  sortScores,
  stoppedCandidates,
  summarizeFolds,
  type StoppedCandidate,
} from '@claims/evaluation'
import { crossValidate, testShareOf, type Split } from '@claims/models'
import type { CompiledCandidate } from '../blueprint/compile-blueprint.ts'
import { finalRounds, type FoldRounds } from './final-rounds.ts'
import { fitModel } from './fit-candidate.ts'
import { inOrder, type FoldLanes } from './fold-lanes.ts'
import { prepareFold, type PreparedFold } from './prepare-fold.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { takeTarget, takeValues } from '../data/take-rows.ts'

/** A candidate with its out-of-fold predictions. */
export interface CrossValidated extends CompiledCandidate {
  readonly evaluation: Omit<CandidateEvaluation, 'selected'>
  /** Uncalibrated, length of all rows, NaN where a row was in no test fold. */
  readonly outOfFold: Float64Array
  /** Rounds for a model of so many rows where the folds' models stopped early; see `finalRounds`. */
  readonly roundsOf: (rows: number) => number | undefined
}

/** How to cross-validate. */
export interface CrossValidation {
  readonly blueprint: Blueprint
  readonly candidates: readonly CompiledCandidate[]
  /** Rows are rows of the training data. */
  readonly splits: readonly Split[]
  readonly seed: number
  /** Where folds are fitted beside each other. */
  readonly lanes: FoldLanes
  readonly clock: () => number
  /** Ends when all candidates but one are stopped: what is asked is only which one is best. */
  readonly untilOneRemains?: boolean | undefined
  /** Put behind the candidate's name in metric events, such as `.sample`; nothing where absent. */
  readonly part?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ProgressListener | undefined
}

/** A candidate on its way through the folds. */
interface Running {
  readonly compiled: CompiledCandidate
  readonly outOfFold: Float64Array
  readonly rounds: FoldRounds[]
  readonly measured: Record<string, number[]>
  seconds: number
  stopped: StoppedCandidate | undefined
}

/**
 * Cross-validates candidates on the same folds. Steps, encoders, early stopping and model are fitted inside each fold on
 * its training rows alone; steps once for all candidates. A candidate that cannot win (`stoppedCandidates` of
 * `@claims/evaluation`) is not measured on the folds that remain.
 *
 * @param data all accepted rows
 * @param how folds, candidates, seed
 * @returns one result per candidate, in the given order
 * @throws ClaimsError what fitting throws; `aborted`
 */
export async function crossValidateCandidates(
  data: TrainingData,
  how: CrossValidation,
): Promise<CrossValidated[]> {
  const all = how.candidates.map((compiled): Running => ({
    compiled,
    outOfFold: new Float64Array(data.target.length).fill(NaN),
    rounds: [],
    measured: Object.fromEntries(foldMetricNames.map((name) => [name, []])),
    seconds: 0,
    stopped: undefined,
  }))
  const running = (): Running[] => all.filter(({ stopped }) => stopped === undefined)
  const counts = how.splits.map(() => ({ measured: 0, ended: false }))
  const tell = (): void => {
    const sum = (of: (count: (typeof counts)[number]) => number): number =>
      counts.reduce((total, count) => total + of(count), 0)
    how.onProgress?.({
      ...{
        kind: 'progress',
        stage: 'cross_validation',
        unit: how.part === undefined ? 'folds' : 'folds of a sample',
        done: sum(({ measured }) => measured),
      },
      total: sum(({ measured, ended }) => (ended ? measured : Math.max(measured, running().length))),
    })
  }
  await inOrder(how.splits, {
    lanes: how.lanes,
    signal: how.signal,
    work: async (split, fold, signal) => {
      const prepared = prepareFold(data, split.train, {
        blueprint: how.blueprint,
        seed: how.seed,
        purpose: `fold-${String(fold)}`,
      })
      const results = new Map<Running, MeasuredFold>()
      // In every second fold the last candidate first: one that trains on the event loop's thread meets one that does not.
      for (const candidate of fold % 2 === 0 ? running() : running().reverse()) {
        // Stopped meanwhile, by folds that came before.
        if (candidate.stopped !== undefined) continue
        results.set(candidate, await measureFold(data, candidate, { how, fold, split, prepared, signal }))
        counts[fold]!.measured += 1
        tell()
      }
      counts[fold]!.ended = true
      return results
    },
    take: (results, fold) => {
      for (const candidate of running()) {
        const result = results.get(candidate)
        if (result === undefined) throw new TypeError('A candidate that runs was measured in every fold')
        takeFold(candidate, result, { how, fold, test: how.splits[fold]!.test })
      }
      if (fold + 1 < how.splits.length) stopHopeless(running(), how, fold + 1)
      return !(how.untilOneRemains === true && running().length === 1)
    },
  })
  return all.map((candidate) => resultOf(candidate, how.splits))
}

/** What a candidate did in a fold. */
interface MeasuredFold {
  readonly rounds: FoldRounds
  /** Uncalibrated probability of the fold's test rows, in their order. */
  readonly probability: Float64Array
  readonly metrics: ReadonlyMap<string, number>
  /** Of fitting and predicting, beside what ran in the other lane. */
  readonly seconds: number
}

async function measureFold(
  data: TrainingData,
  { compiled }: Running,
  at: {
    readonly how: CrossValidation
    readonly fold: number
    readonly split: Split
    readonly prepared: PreparedFold
    readonly signal: AbortSignal
  },
): Promise<MeasuredFold> {
  const { how, fold, split, prepared, signal } = at
  const { classifier } = compiled
  // What candidates share is no candidate's time.
  prepared.matrixFor(classifier.capabilities, classifier.usesValidation).matrixOf(split.test)
  const started = how.clock()
  let fittedRows = 0
  const { predictions, folds } = await crossValidate({
    splits: [split],
    target: data.target,
    signal,
    fit: async () => {
      const fitted = await fitModel(prepared, classifier, {
        seed: how.seed,
        threads: how.lanes.threads,
        signal,
        onMetric: ({ name: metric, value, round }) =>
          how.onProgress?.({
            kind: 'metric',
            name: `${nameOf(compiled, how)}.fold_${String(fold)}.${metric}`,
            value,
            step: round,
          }),
      })
      fittedRows = fitted.matrix.rows
      return {
        predict: fitted.predict,
        rounds: fitted.model.rounds,
        dispose: () => {
          fitted.model.dispose()
        },
      }
    },
  })
  const seconds = (how.clock() - started) / 1000
  const target = takeTarget(data.target, split.test)
  const probability = takeValues(predictions, split.test)
  const scored = { target, probability, sorted: sortScores(target, probability) }
  return {
    rounds: { rounds: folds[0]?.rounds ?? 0, rows: fittedRows },
    probability,
    metrics: new Map(foldMetricNames.map((metric) => [metric, metricTable[metric].of(scored)])),
    seconds,
  }
}

function takeFold(
  candidate: Running,
  { rounds, probability, metrics, seconds }: MeasuredFold,
  { how, fold, test }: { how: CrossValidation; fold: number; test: Uint32Array },
): void {
  candidate.seconds += seconds
  candidate.rounds.push(rounds)
  for (let i = 0; i < test.length; i++) candidate.outOfFold[test[i]!] = probability[i]!
  for (const [metric, value] of metrics) {
    candidate.measured[metric]?.push(value)
    how.onProgress?.({
      kind: 'metric',
      name: `${nameOf(candidate.compiled, how)}.${metric}`,
      value,
      step: fold,
    })
  }
}

function nameOf({ candidate }: CompiledCandidate, { part = '' }: CrossValidation): string {
  return `${candidate.name}${part}`
}

function stopHopeless(running: readonly Running[], how: CrossValidation, folds: number): void {
  const { metric } = how.blueprint.selection
  const stopped = stoppedCandidates(
    running.map(({ compiled, measured }) => ({
      name: compiled.candidate.name,
      folds: measured[metric] ?? [],
    })),
    {
      higherIsBetter: metricTable[metric].better === 'higher',
      testShare: testShareOf(how.splits.slice(0, folds)),
      folds: how.splits.length,
      candidates: how.candidates.length,
    },
  )
  for (const each of stopped) {
    const candidate = running.find(({ compiled }) => compiled.candidate.name === each.name)
    if (candidate !== undefined) candidate.stopped = each
  }
}

function resultOf(candidate: Running, splits: readonly Split[]): CrossValidated {
  const { compiled, rounds, stopped, outOfFold, seconds } = candidate
  const { name, kind, parameters } = compiled.candidate
  return {
    ...compiled,
    outOfFold,
    roundsOf: (rows) => (compiled.classifier.usesValidation ? finalRounds(rounds, rows) : undefined),
    evaluation: {
      name,
      kind,
      parameters,
      cross_validation: summarize(candidate, splits.slice(0, rounds.length)),
      fit_seconds: seconds,
      ...(stopped === undefined
        ? {}
        : { stopped: { after_folds: rounds.length, reason: reasonOf(stopped) } }),
    },
  }
}

function reasonOf({ best, level, comparison: { difference, lower, upper } }: StoppedCandidate): string {
  const text = (value: number): string => value.toFixed(4)
  return `it differs from ${best} by ${text(difference)} over the same folds, ${(level * 100).toFixed(1)} % interval ${text(lower)} to ${text(upper)}`
}

function summarize({ measured }: Running, splits: readonly Split[]): CandidateEvaluation['cross_validation'] {
  const metrics: CandidateEvaluation['cross_validation']['metrics'] = {}
  const testShare = testShareOf(splits)
  let intervals = { method: '', level: 0.95 }
  for (const name of foldMetricNames) {
    const {
      folds,
      value,
      lower,
      upper,
      intervals: made,
    } = summarizeFolds(measured[name] ?? [], {
      testShare,
      metric: name,
    })
    intervals = made
    metrics[name] = { value, lower, upper, folds }
  }
  return { folds: splits.length, intervals, metrics }
}
