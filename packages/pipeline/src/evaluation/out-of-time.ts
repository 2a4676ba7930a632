import { ClaimsError, type Blueprint, type TestEvaluation } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { evaluateProbabilities } from '@claims/evaluation'
import {
  crossValidate,
  fitCalibrator,
  foldSplits,
  holdOut,
  type Calibrator,
  type FoldModel,
} from '@claims/models'
import type { CrossValidated } from '../folds/cross-validate-candidates.ts'
import { fitCandidate } from '../folds/fit-candidate.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { takeGroups, takeRowNumbers, takeTarget } from '../data/take-rows.ts'
import { testSampling } from './test-sampling.ts'

/** Folds of the earlier rows, for calibration alone. */
const mostFolds = 3

/** The out-of-time evaluation, or why there is none. */
export type OutOfTime =
  | { readonly evaluation: TestEvaluation; readonly reason: null }
  | { readonly evaluation: null; readonly reason: string }

/** What the out-of-time evaluation takes over from training. */
export interface OutOfTimeInput {
  readonly blueprint: Blueprint
  readonly selected: CrossValidated
  readonly threshold: number
  readonly seed: number
  readonly threads: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Fits the selected candidate and its calibrator anew on the rows before a day and tests them on the rows from that day
 * on. The calibrator is fitted on out-of-fold predictions of models that saw earlier rows only.
 *
 * @param data all accepted rows
 * @param input the selected candidate and the threshold
 * @returns metrics on the latest rows, or the reason why they cannot be had
 */
export async function evaluateOutOfTime(data: TrainingData, input: OutOfTimeInput): Promise<OutOfTime> {
  const { blueprint } = input
  if (data.times === undefined) return { evaluation: null, reason: noEventTime(blueprint) }
  if (blueprint.split.kind === 'time')
    return { evaluation: null, reason: 'the test rows are the latest rows already' }
  try {
    const split = holdOut({
      kind: 'time',
      target: data.target,
      times: data.times,
      testShare: blueprint.split.out_of_time_share,
      random: createRandom(input.seed).split('out-of-time'),
    })
    const fit = (rows: Uint32Array, purpose: string): Promise<FoldModel> =>
      fitOn(data, input, { rows, purpose })
    const calibrator = await calibrateOn(data, input, { rows: split.train, fit })
    const fitted = await fit(split.train, 'out-of-time')
    let raw: Float64Array
    try {
      raw = await fitted.predict(split.test)
    } finally {
      fitted.dispose?.()
    }
    const evaluation = evaluateProbabilities({
      target: takeTarget(data.target, split.test),
      probability: calibrator.apply(raw),
      threshold: input.threshold,
      seed: input.seed,
      ...testSampling(data, split.test, 'time'),
    })
    return {
      evaluation: {
        ...evaluation,
        cutoff: split.cutoff === null ? null : new Date(split.cutoff).toISOString().slice(0, 10),
        note: 'Fitted and calibrated anew on the rows before the cutoff alone. The kind of model, its rounds and the threshold were chosen on training rows of the whole period.',
      },
      reason: null,
    }
  } catch (error) {
    if (
      error instanceof ClaimsError &&
      ['too_few_positives', 'too_few_rows', 'label_single_class'].includes(error.code)
    ) {
      return { evaluation: null, reason: error.message }
    }
    throw error
  }
}

/** A model of the given rows, with the rounds that so many rows carry. */
async function fitOn(
  data: TrainingData,
  { blueprint, selected, seed, threads, signal }: OutOfTimeInput,
  { rows, purpose }: { rows: Uint32Array; purpose: string },
): Promise<FoldModel> {
  const fitted = await fitCandidate(data, rows, {
    blueprint,
    candidate: selected.candidate,
    definition: selected.definition,
    seed,
    threads,
    purpose,
    rounds: selected.roundsOf(rows.length),
    signal,
  })
  return {
    predict: fitted.predict,
    dispose: () => {
      fitted.model.dispose()
    },
  }
}

/** A calibrator of out-of-fold predictions of these rows by models of these rows. */
async function calibrateOn(
  data: TrainingData,
  { blueprint, seed, signal }: OutOfTimeInput,
  of: { rows: Uint32Array; fit: (rows: Uint32Array, purpose: string) => Promise<FoldModel> },
): Promise<Calibrator> {
  const target = takeTarget(data.target, of.rows)
  if (blueprint.calibration === 'none') return fitCalibrator('none', new Float64Array(target.length), target)
  const { kind, folds } = blueprint.split
  const splits = foldSplits({
    kind,
    target,
    folds: Math.min(mostFolds, folds),
    random: createRandom(seed).split('out-of-time-folds'),
    groups: data.groups && takeGroups(data.groups, of.rows),
  })
  const { predictions } = await crossValidate({
    splits,
    target,
    signal,
    fit: async (train, fold) => {
      const model = await of.fit(takeRowNumbers(of.rows, train), `out-of-time-fold-${String(fold)}`)
      return { ...model, predict: (places) => model.predict(takeRowNumbers(of.rows, places)) }
    },
  })
  return fitCalibrator(blueprint.calibration, predictions, target)
}

function noEventTime({ columns }: Blueprint): string {
  const dates = columns.filter(({ role }) => role === 'date').map(({ name }) => name)
  return dates.length === 0
    ? 'the data has no event time column'
    : `no column is named as the event time; it could be ${dates.join(' or ')}`
}
