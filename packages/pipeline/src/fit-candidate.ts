import type { Blueprint, Candidate } from '@claims/contracts'
import { createRandom, type Matrix } from '@claims/frame'
import {
  holdOut,
  type ClassifierDefinition,
  type FitOptions,
  type FittedClassifier,
  type LabelledMatrix,
} from '@claims/models'
import { transformFeatures, type FittedFeatures } from '@claims/scoring'
import { fitFeatures } from './fit-features.ts'
import type { TrainingData } from './read-training-data.ts'
import { takeGroups, takeRowNumbers, takeTarget } from './take-rows.ts'

/** Share of the training rows that early stopping watches. */
const earlyStoppingShare = 0.15

/** A candidate fitted on some rows: its steps and its model. */
export interface FittedCandidate {
  readonly features: FittedFeatures
  readonly model: FittedClassifier
  /** Matrix of any rows of the training data. */
  readonly matrixOf: (rows: Uint32Array) => Matrix
  /** Uncalibrated probability of any rows of the training data. */
  readonly predict: (rows: Uint32Array) => Float64Array
}

/** How to fit a candidate. */
export interface CandidateFit {
  readonly blueprint: Blueprint
  readonly candidate: Candidate
  readonly definition: ClassifierDefinition
  readonly seed: number
  /** Names this fit, so that its random streams are its own. */
  readonly purpose: string
  readonly threads: number
  /** Fixes the rounds; without it a model that stops early holds out a share of the rows to watch. */
  readonly rounds?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
  readonly onMetric?: FitOptions['onMetric']
}

/**
 * Fits the steps and the model of a candidate on the given rows and on nothing else.
 *
 * @param data all accepted rows
 * @param rows 0-based rows to learn from
 * @param how candidate, seed, threads
 * @returns the fitted candidate
 * @throws ClaimsError `aborted`, `no_features`, `label_single_class`, `native_failure`
 */
export async function fitCandidate(
  data: TrainingData,
  rows: Uint32Array,
  how: CandidateFit,
): Promise<FittedCandidate> {
  const random = createRandom(how.seed).split(how.purpose)
  const classifier = how.definition.create(how.candidate.parameters)
  const watched =
    how.rounds === undefined && classifier.usesValidation
      ? watchRows(data, rows, random.split('early-stopping'))
      : undefined
  const fitRows = watched?.train ?? rows
  const target = takeTarget(data.target, fitRows)
  const { fitted, matrix } = fitFeatures(how.blueprint, how.definition.capabilities, {
    frame: data.inputs.take(fitRows),
    target,
    random: random.split('steps'),
    ...(data.groups === undefined ? {} : { groups: takeGroups(data.groups, fitRows) }),
  })
  const matrixOf = (wanted: Uint32Array): Matrix => transformFeatures(fitted, data.inputs.take(wanted))
  const validation: LabelledMatrix | undefined =
    watched === undefined
      ? undefined
      : { x: matrixOf(watched.test), y: takeTarget(data.target, watched.test) }
  const model = await classifier.fit(matrix, target, {
    seed: how.seed,
    threads: how.threads,
    ...(validation === undefined ? {} : { validation }),
    ...(how.rounds === undefined ? {} : { rounds: how.rounds }),
    ...(how.signal === undefined ? {} : { signal: how.signal }),
    ...(how.onProgress === undefined ? {} : { onProgress: how.onProgress }),
    ...(how.onMetric === undefined ? {} : { onMetric: how.onMetric }),
  })
  return { features: fitted, model, matrixOf, predict: (wanted) => model.predictProba(matrixOf(wanted)) }
}

function watchRows(
  data: TrainingData,
  rows: Uint32Array,
  random: ReturnType<typeof createRandom>,
): { train: Uint32Array; test: Uint32Array } {
  const split = holdOut({
    kind: data.groups === undefined ? 'stratified' : 'grouped',
    target: takeTarget(data.target, rows),
    ...(data.groups === undefined ? {} : { groups: takeGroups(data.groups, rows) }),
    testShare: earlyStoppingShare,
    random,
  })
  return { train: takeRowNumbers(rows, split.train), test: takeRowNumbers(rows, split.test) }
}
