import { boostingFileSchema } from '@claims/contracts'
import type { Matrix } from '@claims/frame'
import {
  Booster,
  verifyTreeMargins,
  XGBoostError,
  type Margins,
  type TreeEnsemble,
  type XGBoostLibrary,
} from '@claims/xgboost'
import { z } from 'zod'
import type {
  ClassifierCapabilities,
  Contributions,
  FittedClassifier,
  ModelFiles,
  SavedModel,
  PortableModel,
} from '../classifier.ts'
import { damaged, jsonFile, readModelBytes, readModelFile } from '../read-model-file.ts'
import { requireCells, requireFeatures } from '../training-data.ts'
import { logistic } from './logistic.ts'
import { createTreeContributions, type TreeContributions } from './tree-contributions.ts'
import { xgboostFailure } from './xgboost-failure.ts'

/** Up to this many rows, a second thread costs more than it saves. */
const singleThreadRows = 4096
/** Up to this many rows, calling the library costs more than evaluating the trees here. */
const smallBatchRows = 64
/** Models with more splits are not evaluated here: reading them would hold up the first answer. */
const greatestSplits = 250_000
const modelFile = 'xgboost.ubj'
const namesFile = 'xgboost.json'

/** Kind of the models here. */
export const boostingKind = 'xgboost' as const

/** What XGBoost can do. */
export const boostingCapabilities: ClassifierCapabilities = Object.freeze({
  handlesMissing: true,
  needsScaling: false,
  explains: 'exact',
  contributionScale: 'log_odds',
})

const configSchema = z.looseObject({
  learner: z.looseObject({ gradient_booster: z.looseObject({ name: z.string() }) }),
})

/** A fitted XGBoost model. It owns native memory until {@link FittedGradientBoosting.dispose}. */
export class FittedGradientBoosting implements FittedClassifier {
  readonly kind: string = boostingKind
  readonly capabilities: ClassifierCapabilities = boostingCapabilities
  readonly featureNames: readonly string[]
  readonly rounds: number
  readonly #booster: Booster
  readonly #threads: number
  #threadsNow = 1
  /** Prepared at the first use; null when this model's come from the library. */
  #contributions: TreeContributions | null | undefined
  /** As {@link FittedGradientBoosting.#contributions}. */
  #margins: Margins | null | undefined
  #disposed = false

  /**
   * Takes the booster over; `featureNames` stay here because XGBoost refuses some characters in names. Predictions of
   * many rows use `threads`, those of few rows one.
   */
  constructor(booster: Booster, featureNames: readonly string[], threads: number) {
    this.#booster = booster
    this.#threads = threads
    this.featureNames = Object.freeze([...featureNames])
    this.rounds = booster.boostedRounds
    booster.setParameters({ nthread: 1 })
  }

  /**
   * What answers few rows: the trees evaluated in JavaScript, or, where their margins have not the bits of XGBoost's,
   * XGBoost, as it does many rows. Asking prepares the trees, as the first prediction of few rows does.
   */
  get smallBatchPath(): 'trees' | 'library' {
    this.#requireLive()
    return this.#treeMargins() === null ? 'library' : 'trees'
  }

  /**
   * The logistic function of XGBoost's 32-bit margins, computed with 64 bits.
   *
   * @throws ClaimsError `length_mismatch`, `missing_column`, `infinite_value`
   */
  predictProba(x: Matrix): Float64Array {
    this.#check(x)
    if (x.rows === 0) return new Float64Array(0)
    const trees = x.rows <= smallBatchRows ? this.#treeMargins() : null
    return logistic(trees === null ? this.#libraryMargins(x.values, x.rows) : trees(x.values, x.rows))
  }

  /**
   * Path-dependent TreeSHAP values (Lundberg et al. 2018), by table, which the first call prepares, or, for trees too
   * large for tables, by XGBoost. Which of the two depends on the model alone.
   *
   * @throws as {@link FittedGradientBoosting.predictProba}
   */
  contributions(x: Matrix): Contributions {
    this.#check(x)
    const { rows, columns } = x
    if (rows === 0) return { values: new Float64Array(0), rows, features: columns }
    if (this.#contributions === undefined) {
      const ensemble = this.#trees()
      this.#contributions = (ensemble && createTreeContributions(ensemble)) ?? null
    }
    if (this.#contributions !== null)
      return { values: this.#contributions.values(x.values, rows), rows, features: columns }
    this.#useThreads(rows)
    const values = Float64Array.from(this.#booster.predictContributions(x.values, { rows, columns }))
    return { values, rows, features: columns }
  }

  /** Total gain of each feature's splits, normalised. */
  importance(): ReadonlyMap<string, number> {
    this.#requireLive()
    const scores = this.#booster.featureScores('totalGain')
    const gains = this.featureNames.map((_, j) => Math.max(0, scores[`f${j}`] ?? 0))
    const total = gains.reduce((sum, gain) => sum + gain, 0)
    return new Map(this.featureNames.map((name, j) => [name, total === 0 ? 0 : gains[j]! / total]))
  }

  save(): Promise<ModelFiles> {
    return new Promise((resolve) => {
      this.#requireLive()
      const names = { format_version: 1, feature_names: this.featureNames, rounds: this.rounds }
      resolve(
        new Map([
          [modelFile, this.#booster.saveBuffer('ubj')],
          [namesFile, jsonFile(names)],
        ]),
      )
    })
  }

  /** The booster alone, from features to the uncalibrated probability. XGBoost in Python refuses `[`, `]` and `<` in names. */
  portable(): PortableModel {
    this.#requireLive()
    return {
      flavour: boostingKind,
      file: modelFile,
      format: 'ubj',
      version: this.#booster.library.version,
      inputs: plainNames(this.featureNames),
    }
  }

  dispose(): void {
    this.#disposed = true
    this.#booster.dispose()
  }

  #treeMargins(): Margins | null {
    if (this.#margins !== undefined) return this.#margins
    const ensemble = this.#splits() > greatestSplits ? undefined : this.#trees()
    const native: Margins = (x, rows) => this.#libraryMargins(x, rows)
    this.#margins = (ensemble && verifyTreeMargins(ensemble, native)) ?? null
    return this.#margins
  }

  /** Undefined for what cannot be read as trees, such as those of the booster `dart`. */
  #trees(): TreeEnsemble | undefined {
    try {
      return this.#booster.trees()
    } catch (thrown) {
      if (thrown instanceof XGBoostError && thrown.code === 'model_unsupported') return undefined
      throw thrown
    }
  }

  #splits(): number {
    return Object.values(this.#booster.featureScores('weight')).reduce((sum, splits) => sum + splits, 0)
  }

  #libraryMargins(x: Float32Array, rows: number): Float32Array {
    this.#useThreads(rows)
    return this.#booster.predict(x, { rows, columns: this.featureNames.length, outputMargin: true })
  }

  #check(x: Matrix): void {
    this.#requireLive()
    requireFeatures(x, this.featureNames)
    requireCells(x, true)
  }

  #useThreads(rows: number): void {
    const threads = rows <= singleThreadRows ? 1 : this.#threads
    if (threads === this.#threadsNow) return
    this.#booster.setParameters({ nthread: threads })
    this.#threadsNow = threads
  }

  #requireLive(): void {
    if (this.#disposed) throw new TypeError('The XGBoost model was used after dispose()')
  }
}

/**
 * Loads what {@link FittedGradientBoosting.save} wrote.
 *
 * @throws ClaimsError `damaged_bundle`, `library_unavailable`
 */
export async function loadGradientBoosting(
  source: SavedModel,
  library: () => XGBoostLibrary,
): Promise<FittedGradientBoosting> {
  const names = await readModelFile(source, namesFile, boostingFileSchema)
  const bytes = await readModelBytes(source, modelFile)
  let booster: Booster
  try {
    booster = Booster.fromBuffer(bytes, { library: library() })
  } catch (thrown) {
    throw xgboostFailure(thrown)
  }
  if (booster.numFeatures === names.feature_names.length && booster.boostedRounds === names.rounds) {
    if (isLogistic(booster)) {
      return new FittedGradientBoosting(booster, names.feature_names, source.threads ?? 1)
    }
    booster.dispose()
    throw damaged(modelFile, 'holds no trees of the objective binary:logistic')
  }
  const found = `${booster.numFeatures} features and ${booster.boostedRounds} rounds`
  booster.dispose()
  throw damaged(
    modelFile,
    `holds ${found}; ${namesFile} says ${names.feature_names.length} and ${names.rounds}`,
  )
}

/** Names without the characters that other readers refuse, each used once. */
function plainNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replace(/[[\]<]/g, '_')
    let free = plain
    for (let n = 2; taken.has(free); n++) free = `${plain}_${String(n)}`
    taken.add(free)
    return free
  })
}

/** Whether the model holds trees whose probability is the logistic function of their margin. */
function isLogistic(booster: Booster): boolean {
  const config = configSchema.safeParse(JSON.parse(booster.saveConfig()))
  if (!config.success || config.data.learner.gradient_booster.name === 'gblinear') return false
  const columns = booster.numFeatures
  const row = new Float32Array(columns).fill(Number.NaN)
  const values = booster.predict(row, { rows: 1, columns })
  const expected = logistic(booster.predict(row, { rows: 1, columns, outputMargin: true }))
  return values.length === 1 && Math.abs(values[0]! - expected[0]!) < 1e-6
}
