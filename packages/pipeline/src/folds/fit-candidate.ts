import type { Blueprint, Candidate } from '@claims/contracts'
import type { Matrix } from '@claims/frame'
import type { Classifier, ClassifierDefinition, FitOptions, FittedClassifier } from '@claims/models'
import type { FittedFeatures } from '@claims/scoring'
import { prepareFold, type PreparedFold } from './prepare-fold.ts'
import type { TrainingData } from '../data/read-training-data.ts'

/** A candidate fitted on some rows: its steps and its model. */
export interface FittedCandidate {
  readonly features: FittedFeatures
  readonly model: FittedClassifier
  /** What the model was fitted on; values of steps that look at the label are out of fold. */
  readonly matrix: Matrix
  /** Matrix of any rows of the training data. */
  readonly matrixOf: (rows: Uint32Array) => Matrix
  /** Uncalibrated probability of any rows of the training data. */
  readonly predict: (rows: Uint32Array) => Float64Array
}

/** How to fit a model on prepared rows. */
export interface ModelFit {
  readonly seed: number
  readonly threads: number
  /** Fixes the rounds; without it a model that stops early watches the rows that are held out. */
  readonly rounds?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly onMetric?: FitOptions['onMetric'] | undefined
}

/** How to fit a candidate. */
export interface CandidateFit extends ModelFit {
  readonly blueprint: Blueprint
  readonly candidate: Candidate
  readonly definition: ClassifierDefinition
  /** Names this fit, so that its random streams are its own. */
  readonly purpose: string
}

/**
 * Fits a model on rows that were prepared for it and for others.
 *
 * @param prepared rows to learn from
 * @param classifier with its parameters
 * @param how seed, threads, rounds
 * @returns the fitted candidate
 * @throws ClaimsError `aborted`, `no_features`, `label_single_class`, `native_failure`
 */
export async function fitModel(
  prepared: PreparedFold,
  classifier: Classifier,
  how: ModelFit,
): Promise<FittedCandidate> {
  const watching = how.rounds === undefined && classifier.usesValidation
  const { features, x, y, validation, matrixOf } = prepared.matrixFor(classifier.capabilities, watching)
  const model = await classifier.fit(x, y, {
    seed: how.seed,
    threads: how.threads,
    validation,
    rounds: how.rounds,
    signal: how.signal,
    onProgress: how.onProgress,
    onMetric: how.onMetric,
  })
  return { features, model, matrix: x, matrixOf, predict: (rows) => model.predictProba(matrixOf(rows)) }
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
  return fitModel(prepareFold(data, rows, how), how.definition.create(how.candidate.parameters), how)
}
