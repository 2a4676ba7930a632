import type { Blueprint } from '@claims/contracts'
import { createRandom, type Frame, type Matrix, type Random } from '@claims/frame'
import { holdOut, type ClassifierCapabilities, type LabelledMatrix } from '@claims/models'
import type { FittedFeatures } from '@claims/scoring'
import {
  finishFeatures,
  fitBlueprintSteps,
  fitFeatures,
  type FittedBlueprintSteps,
} from '../blueprint/fit-features.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { takeGroups, takeRowNumbers, takeTarget } from '../data/take-rows.ts'

/** Share of the training rows that early stopping watches. */
const earlyStoppingShare = 0.15

/** What a kind of model is fitted on: its features, fitted on some rows, and the matrix of those rows. */
interface PreparedMatrix {
  readonly features: FittedFeatures
  readonly x: Matrix
  /** 0 or 1, length x.rows. */
  readonly y: Uint8Array
  /** Rows that early stopping watches, or undefined where no rows are held out. */
  readonly validation: LabelledMatrix | undefined
  /** Matrix of any rows of the data. The same list of rows asked for again is not transformed again. */
  readonly matrixOf: (rows: Uint32Array) => Matrix
}

/** Rows to learn from, whose steps are fitted once for all candidates. */
export interface PreparedFold {
  /**
   * What a kind of model is fitted on; made when it is first asked for, then kept.
   *
   * @param capabilities of the kind of model
   * @param watching whether a share of the rows is held out for early stopping
   */
  matrixFor(capabilities: ClassifierCapabilities, watching: boolean): PreparedMatrix
}

/** How rows are prepared. */
export interface Preparation {
  readonly blueprint: Blueprint
  readonly seed: number
  /** Names these rows, so that their random streams are their own. */
  readonly purpose: string
}

/**
 * Prepares rows to fit models on. The blueprint's steps are fitted once, or twice where some models hold rows out for
 * early stopping and others do not; what a kind of model needs beyond them is fitted once for each need.
 *
 * @param data all accepted rows
 * @param rows 0-based rows to learn from; nothing else is learnt from
 * @param how blueprint, seed and the name of the streams
 * @returns matrices by need, lazily
 */
export function prepareFold(data: TrainingData, rows: Uint32Array, how: Preparation): PreparedFold {
  const random = createRandom(how.seed).split(how.purpose)
  const parts = new Map<boolean, PreparedRows>()
  const matrices = new Map<string, PreparedMatrix>()
  return {
    matrixFor(capabilities, watching) {
      const { handlesMissing, needsScaling } = capabilities
      const key = [watching, handlesMissing, needsScaling].join()
      const known = matrices.get(key)
      if (known !== undefined) return known
      let part = parts.get(watching)
      if (part === undefined) {
        const watched = watching ? watchRows(data, rows, random.split('early-stopping')) : undefined
        part = prepareRows(data, { rows: watched?.train ?? rows, watched: watched?.test, random, how })
        parts.set(watching, part)
      }
      const matrix = matrixOfNeed(data, part, { blueprint: how.blueprint, capabilities })
      matrices.set(key, matrix)
      return matrix
    },
  }
}

/** Rows with the blueprint's steps fitted on them. */
interface PreparedRows {
  readonly fitted: FittedBlueprintSteps
  readonly watched: Uint32Array | undefined
  /** Any rows after the blueprint's steps. */
  readonly frameOf: (rows: Uint32Array) => Frame
}

function prepareRows(
  data: TrainingData,
  of: { rows: Uint32Array; watched: Uint32Array | undefined; random: Random; how: Preparation },
): PreparedRows {
  const fitted = fitBlueprintSteps(of.how.blueprint, {
    frame: data.inputs.take(of.rows),
    target: takeTarget(data.target, of.rows),
    random: of.random.split('steps'),
    groups: data.groups && takeGroups(data.groups, of.rows),
  })
  const frameOf = remembered((rows) => fitted.steps.transform(data.inputs.take(rows)))
  return { fitted, watched: of.watched, frameOf }
}

function matrixOfNeed(
  data: TrainingData,
  { fitted, watched, frameOf }: PreparedRows,
  how: { blueprint: Blueprint; capabilities: ClassifierCapabilities },
): PreparedMatrix {
  const { fitted: features, matrix } = fitFeatures(how.blueprint, how.capabilities, fitted)
  const done = fitted.steps.steps.length
  const matrixOf = remembered((rows) => finishFeatures(features, frameOf(rows), done))
  return {
    features,
    x: matrix,
    y: fitted.training.target,
    validation:
      watched === undefined ? undefined : { x: matrixOf(watched), y: takeTarget(data.target, watched) },
    matrixOf,
  }
}

/** Keeps each result as long as somebody holds the list of rows that it belongs to. */
function remembered<T extends object>(make: (rows: Uint32Array) => T): (rows: Uint32Array) => T {
  const known = new WeakMap<Uint32Array, T>()
  return (rows) => {
    const value = known.get(rows) ?? make(rows)
    known.set(rows, value)
    return value
  }
}

function watchRows(
  data: TrainingData,
  rows: Uint32Array,
  random: Random,
): { train: Uint32Array; test: Uint32Array } {
  const split = holdOut({
    kind: data.groups === undefined ? 'stratified' : 'grouped',
    target: takeTarget(data.target, rows),
    groups: data.groups && takeGroups(data.groups, rows),
    testShare: earlyStoppingShare,
    random,
  })
  return { train: takeRowNumbers(rows, split.train), test: takeRowNumbers(rows, split.test) }
}
