import type { Column, Finding } from '@claims/contracts'
import { takeMatrixRows, type Frame, type Matrix } from '@claims/frame'
import type {
  Calibrator,
  ClassifierCapabilities,
  Contributions,
  FittedClassifier,
  PortableModel,
} from '@claims/models'
import { transformFeatures, type FittedFeatures } from './fitted-features.ts'
import { infiniteRows } from './infinite-rows.ts'
import { modelFolder, savePipeline } from './save-pipeline.ts'

/** What a fitted pipeline can explain, as its model declares it. */
export type Explains = Pick<ClassifierCapabilities, 'explains' | 'contributionScale'>

/**
 * Everything that was fitted: from raw columns that are known to be valid to calibrated probabilities. Every row is
 * treated alone: it gets the same bits in any frame.
 */
export interface FittedPipeline {
  /** Kind of the model within, for people. */
  readonly kind: string
  /** Raw columns that it reads. A frame may hold others. */
  readonly inputs: readonly string[]
  /** Features that the raw columns become, in the model's order. */
  readonly featureNames: readonly string[]
  /** Raw columns that each feature is made of. */
  readonly sources: ReadonlyMap<string, readonly string[]>
  readonly explains: Explains
  /** Computes the features of rows once, for all that is asked of them. @throws ClaimsError `missing_column` */
  prepare(frame: Frame): PreparedRows
  /** Calibrated probability of the positive class per row. @throws ClaimsError `missing_column`, `infinite_value` */
  probabilities(frame: Frame): Float64Array
  /** Contributions of rows; absent where the model explains nothing. @throws as probabilities */
  contributions?(frame: Frame): Contributions
  /** How other tools load the model within, its file by the name that it has in a bundle; null where none does. */
  portable(): PortableModel | null
  /** The fitted parts as files of a bundle by name; the same bytes for the same pipeline. */
  save(): Promise<ReadonlyMap<string, Uint8Array>>
  /** Frees native memory; later calls throw a `TypeError`. */
  dispose(): void
}

/** Rows whose features are computed. */
export interface PreparedRows {
  readonly features: Matrix
  /** Rows that cannot be scored because a feature is infinite, with why; `row` is the place among these rows. */
  infinite(): ReadonlyMap<number, readonly Finding[]>
  /** Some of the rows, by 0-based place. */
  take(rows: Uint32Array): PreparedRows
  /** Calibrated probability per row. @throws ClaimsError `infinite_value` */
  probabilities(): Float64Array
  /** What the model gives per row, and what calibration makes of it. @throws ClaimsError `infinite_value` */
  scores(): { readonly raw: Float64Array; readonly calibrated: Float64Array }
  /** Contributions per row; null where the model explains nothing. @throws ClaimsError `infinite_value` */
  contributions(): Contributions | null
}

/** What a fitted pipeline is made of. */
export interface FittedParts {
  readonly inputs: readonly string[]
  /** Of the blueprint, for messages about features. */
  readonly columns: readonly Column[]
  readonly features: FittedFeatures
  readonly model: FittedClassifier
  readonly calibrator: Calibrator
}

/**
 * Puts fitted steps, model and calibrator together.
 *
 * @param parts which the pipeline takes over: disposing of it disposes of the model
 * @example
 * const pipeline = fittedPipeline({ inputs, columns, features, model, calibrator })
 * pipeline.probabilities(frame)
 */
export function fittedPipeline(parts: FittedParts): FittedPipeline {
  const { inputs, columns, features, model, calibrator } = parts
  const origin = { columns, sourcesOf: (name: string) => features.steps.sourcesOf(name) }
  const scores = (matrix: Matrix): ReturnType<PreparedRows['scores']> => {
    const raw = model.predictProba(matrix)
    return { raw, calibrated: calibrator.apply(raw) }
  }
  const prepared = (matrix: Matrix): PreparedRows => ({
    features: matrix,
    infinite: () => infiniteRows(matrix, origin),
    take: (rows) => prepared(takeMatrixRows(matrix, rows)),
    probabilities: () => scores(matrix).calibrated,
    scores: () => scores(matrix),
    contributions: () => model.contributions?.(matrix) ?? null,
  })
  const prepare = (frame: Frame): PreparedRows => prepared(transformFeatures(features, frame.select(inputs)))
  const { explains, contributionScale } = model.capabilities
  return {
    kind: model.kind,
    inputs,
    featureNames: features.names,
    sources: features.steps.sources,
    explains: { explains, contributionScale },
    prepare,
    probabilities: (frame) => prepare(frame).probabilities(),
    ...(model.contributions === undefined
      ? {}
      : { contributions: (frame: Frame) => model.contributions!(prepare(frame).features) }),
    portable: () => {
      const portable = model.portable?.()
      return portable === undefined ? null : { ...portable, file: `${modelFolder}${portable.file}` }
    },
    save: () => savePipeline(parts),
    dispose: () => {
      model.dispose()
    },
  }
}
