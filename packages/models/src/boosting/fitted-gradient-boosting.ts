import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Matrix } from '@claims/frame'
import { Booster, type XGBoostLibrary } from '@claims/xgboost'
import { z } from 'zod'
import type { ClassifierCapabilities, Contributions, FittedClassifier } from '../classifier.ts'
import { damaged, readModelFile } from '../read-model-file.ts'
import { requireCells, requireFeatures } from '../training-data.ts'
import { createTreeContributions, type TreeContributions } from './tree-contributions.ts'
import { xgboostFailure } from './xgboost-failure.ts'

/** Up to this many rows, a second thread costs more than it saves. */
const singleThreadRows = 4096
const modelFile = 'xgboost.ubj'
const namesFile = 'xgboost.json'

/** Kind of the models here. */
export const boostingKind = 'xgboost' as const

/** What XGBoost can do. */
export const boostingCapabilities: ClassifierCapabilities = Object.freeze({
  handlesMissing: true,
  needsScaling: false,
  exactContributions: true,
  incremental: false,
})

const namesSchema = z.strictObject({
  format_version: z.literal(1),
  feature_names: z.array(z.string()).min(1),
  rounds: z.int().min(1),
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
  #disposed = false

  /** Takes the booster over; `featureNames` stay here because XGBoost refuses some characters in names. */
  constructor(booster: Booster, featureNames: readonly string[], threads: number) {
    this.#booster = booster
    this.#threads = threads
    this.featureNames = Object.freeze([...featureNames])
    this.rounds = booster.boostedRounds
    booster.setParameters({ nthread: 1 })
  }

  /** @throws ClaimsError `length_mismatch`, `missing_column`, `infinite_value` */
  predictProba(x: Matrix): Float64Array {
    this.#prepare(x)
    if (x.rows === 0) return new Float64Array(0)
    return Float64Array.from(this.#booster.predict(x.values, { rows: x.rows, columns: x.columns }))
  }

  /**
   * Path-dependent TreeSHAP values (Lundberg et al. 2018), by table, which the first call prepares, or, for trees too
   * large for tables, by XGBoost. Which of the two depends on the model alone.
   *
   * @throws as {@link FittedGradientBoosting.predictProba}
   */
  contributions(x: Matrix): Contributions {
    this.#prepare(x)
    const { rows, columns } = x
    if (rows === 0) return { values: new Float64Array(0), rows, features: columns }
    if (this.#contributions === undefined) {
      this.#contributions = createTreeContributions(this.#booster.trees()) ?? null
    }
    const values =
      this.#contributions === null
        ? Float64Array.from(this.#booster.predictContributions(x.values, { rows, columns }))
        : this.#contributions.values(x.values, rows)
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

  async save(directory: string): Promise<readonly string[]> {
    this.#requireLive()
    const names = { format_version: 1, feature_names: this.featureNames, rounds: this.rounds }
    await this.#booster.save(join(directory, modelFile))
    await writeFile(join(directory, namesFile), `${JSON.stringify(names)}\n`)
    return [modelFile, namesFile]
  }

  dispose(): void {
    this.#disposed = true
    this.#booster.dispose()
  }

  #prepare(x: Matrix): void {
    this.#requireLive()
    requireFeatures(x, this.featureNames)
    requireCells(x, true)
    const threads = x.rows <= singleThreadRows ? 1 : this.#threads
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
  directory: string,
  session: { readonly library: () => XGBoostLibrary; readonly predictionThreads: number },
): Promise<FittedGradientBoosting> {
  const names = await readModelFile(directory, namesFile, namesSchema)
  let bytes: Uint8Array
  try {
    bytes = await readFile(join(directory, modelFile))
  } catch (cause) {
    throw damaged(modelFile, 'is absent or cannot be read', cause)
  }
  let booster: Booster
  try {
    booster = Booster.fromBuffer(bytes, { library: session.library() })
  } catch (thrown) {
    throw xgboostFailure(thrown)
  }
  if (booster.numFeatures === names.feature_names.length && booster.boostedRounds === names.rounds) {
    return new FittedGradientBoosting(booster, names.feature_names, session.predictionThreads)
  }
  const found = `${booster.numFeatures} features and ${booster.boostedRounds} rounds`
  booster.dispose()
  throw damaged(
    modelFile,
    `holds ${found}; ${namesFile} says ${names.feature_names.length} and ${names.rounds}`,
  )
}
