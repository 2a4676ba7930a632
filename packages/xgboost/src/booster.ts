import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { checkModel } from './check-model.ts'
import type { DMatrix } from './d-matrix.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostErrorCode } from './errors.ts'
import { EvaluationSets } from './evaluation-sets.ts'
import type { RoundMetrics } from './evaluation-sets.ts'
import { library as defaultLibrary } from './library.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireFeatureNames } from './matrix-fields.ts'
import { NativeHandle } from './native/native-handle.ts'
import type { Pointer } from './native/native-api.ts'
import {
  addressOf,
  readBytes,
  readFloats,
  readString,
  readStrings,
  readUint64s,
} from './native/native-memory.ts'
import { nativeParameters } from './parameters.ts'
import type { BoosterParameters } from './parameters.ts'
import { Predictor } from './predictor.ts'
import type { PredictOptions, PredictValueOptions } from './predictor.ts'
import { readTrees } from './trees.ts'
import type { TreeEnsemble } from './trees.ts'
import type { ThreadCall, TrainingThread } from './training-thread.ts'

/** How a model is written: UBJSON (small, quick) or JSON. */
export type ModelFormat = 'ubj' | 'json'

/** What a feature's score counts: splits, mean or summed gain, mean or summed cover. */
export type FeatureScoreKind = 'weight' | 'gain' | 'totalGain' | 'cover' | 'totalCover'

/** What a loaded model takes: the library to use and parameters such as `nthread`. */
export interface BoosterOptions {
  readonly params?: BoosterParameters
  readonly library?: XGBoostLibrary
}

/** What a new booster takes: parameters and every matrix it will see, the training matrix first. */
export interface TrainableOptions {
  readonly params?: BoosterParameters
  readonly matrices: readonly DMatrix[]
}

const SCORE_NAMES: Readonly<Record<FeatureScoreKind, string>> = Object.freeze({
  weight: 'weight',
  gain: 'gain',
  totalGain: 'total_gain',
  cover: 'cover',
  totalCover: 'total_cover',
})

/**
 * A model and what it needs to go on learning. Calls that take long are asynchronous and follow one another; a
 * synchronous call while one is running throws `busy`.
 *
 * @example
 * ```ts
 * using booster = await Booster.load('model.ubj')
 * const [probability] = booster.predict(new Float32Array([1, 2, 3]), { rows: 1, columns: 3 })
 * ```
 */
export class Booster implements Disposable {
  readonly library: XGBoostLibrary
  readonly #handle: NativeHandle
  #predictor: Predictor | undefined
  readonly #thread: TrainingThread | undefined
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(pointer: Pointer, library: XGBoostLibrary, thread?: TrainingThread) {
    this.library = library
    this.#thread = thread
    const { native, threads } = library
    this.#handle = new NativeHandle('Booster', pointer, (address) => {
      if (thread) threads.free(thread, address)
      else native.boosterFree(address)
    })
  }

  /**
   * Makes a booster without trees, to be trained round by round. It keeps a thread of its own until it is disposed.
   *
   * @param options parameters and the matrices that it will be trained and evaluated on, the training matrix first
   * @returns the booster, to be disposed by the caller
   * @throws XGBoostError `invalid_parameter` for an unknown name or a value the library refuses
   */
  static async create({ params = {}, matrices }: TrainableOptions): Promise<Booster> {
    const library = matrices[0]?.library ?? defaultLibrary()
    const pairs = nativeParameters({ verbosity: 0, ...params })
    for (const matrix of matrices) requireSameLibrary(library, matrix)
    const pointers = BigUint64Array.from(matrices, (matrix) => matrix.handle.pointer)
    const out = new BigUint64Array(1)
    const releases = matrices.map(({ handle }) => handle.hold())
    const thread = library.threads.acquire()
    const args = [addressOf(pointers), pointers.length, addressOf(out)]
    const { status, message } = await thread.call({ name: 'boosterCreate', args }).finally(() => {
      for (const release of releases) release()
    })
    if (status !== 0) throw library.failure('native', message)
    const booster = new Booster(out[0] ?? 0n, library, thread)
    try {
      booster.#setPairs(pairs)
      await booster.#configure()
      const names = matrices[0]?.featureNames
      if (names) booster.#nameFeatures(names)
      return booster
    } catch (error) {
      booster.dispose()
      throw error
    }
  }

  /**
   * Reads a model from bytes, in JSON or UBJSON, written by this package or by another XGBoost.
   *
   * @param bytes the whole model
   * @param options the library and parameters such as `nthread`
   * @returns the booster, to be disposed by the caller
   * @throws XGBoostError `invalid_model` when the bytes are no whole, consistent model, `library_unsupported` for a
   *   model of 3.1 or later in an earlier library, which would predict wrongly
   */
  static fromBuffer(bytes: Uint8Array, options: BoosterOptions = {}): Booster {
    const { library = defaultLibrary(), params = {} } = options
    const { baseScoreList } = checkModel(bytes)
    if (baseScoreList && !library.atLeast('3.1.0'))
      throw new XGBoostError(
        'library_unsupported',
        `the model was saved by XGBoost 3.1 or later; this library is ${library.version}`,
      )
    const out = new BigUint64Array(1)
    library.check(library.native.boosterCreate(null, 0, out), 'native')
    const booster = new Booster(out[0] ?? 0n, library)
    try {
      booster.setParameters({ verbosity: 0, ...params })
      library.check(
        library.native.boosterLoadModelFromBuffer(booster.#handle.pointer, bytes, bytes.length),
        'invalid_model',
      )
    } catch (error) {
      booster.dispose()
      throw error
    }
    return booster
  }

  /** Reads a model file; see {@link Booster.fromBuffer}. A file that cannot be read rejects with the system's error. */
  static async load(path: string, options: BoosterOptions = {}): Promise<Booster> {
    return Booster.fromBuffer(await readFile(path), options)
  }

  /** Sets parameters, for example `{ nthread: 1 }` before serving single rows. */
  setParameters(parameters: BoosterParameters): void {
    this.#setPairs(nativeParameters(parameters))
  }

  /**
   * Adds the trees of one boosting round on a worker thread.
   *
   * @param data the training matrix
   * @param round the number of the round, from 0
   * @throws XGBoostError `native` with the library's message, `feature_mismatch`
   */
  async trainOneIter(data: DMatrix, round: number): Promise<void> {
    requireSameLibrary(this.library, data)
    await this.#serialised([data], async (pointer) => {
      await this.#onThread('boosterUpdateOneIter', [pointer, round, data.handle.heldPointer], 'native')
      this.#predictor?.reset()
    })
  }

  /**
   * Evaluates the model on sets of rows, on a worker thread.
   *
   * @param sets matrices by name
   * @param round the number of the round, from 0
   * @returns metric values by set and metric
   */
  async evaluate(
    sets: Readonly<Record<string, DMatrix>> | EvaluationSets,
    round: number,
  ): Promise<RoundMetrics> {
    const laidOut = sets instanceof EvaluationSets ? sets : new EvaluationSets(sets)
    const { matrices, matrixPointers, namePointers, out } = laidOut
    for (const matrix of matrices) requireSameLibrary(this.library, matrix)
    return this.#serialised(matrices, async (pointer) => {
      const places = [addressOf(matrixPointers), addressOf(namePointers), matrices.length, addressOf(out)]
      await this.#onThread('boosterEvalOneIter', [pointer, round, ...places], 'native')
      return laidOut.metrics()
    })
  }

  /**
   * Predicts rows in place, without a matrix.
   *
   * @param x row-major, length rows x columns
   * @param options shape, missing value, margin or transformed value
   * @returns length rows, or rows x classes for an objective with several outputs
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`
   */
  predict(x: Float32Array, options: PredictValueOptions): Float32Array {
    return this.#predictions().predict(this.#idle(), x, options)
  }

  /**
   * Splits each row's margin among the features: exact Shapley values (Lundberg et al. 2018, path-dependent TreeSHAP).
   *
   * @param x row-major, length rows x columns
   * @param options shape and missing value
   * @returns length rows x (columns + 1), on the margin's scale, the bias last; each row sums to its margin
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`
   */
  predictContributions(x: Float32Array, options: PredictOptions): Float32Array {
    return this.#predictions().contributions(this.#idle(), x, options)
  }

  /** The number of features the model was trained on. */
  get numFeatures(): number {
    const out = new BigUint64Array(1)
    this.library.check(this.library.native.boosterGetNumFeature(this.#idle(), out), 'native')
    return Number(out[0])
  }

  /** The number of boosting rounds in the model. */
  get boostedRounds(): number {
    const out = new Int32Array(1)
    this.library.check(this.library.native.boosterBoostedRounds(this.#idle(), out), 'native')
    return out[0] ?? 0
  }

  /** The best round that early stopping found, from the model's attributes. */
  get bestIteration(): number | undefined {
    const text = this.getAttribute('best_iteration')
    return text === undefined ? undefined : Number(text)
  }

  /** The names of the features, absent when the model has none. */
  get featureNames(): readonly string[] | undefined {
    const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
    this.library.check(
      this.library.native.boosterGetFeatureInfo(this.#idle(), 'feature_name', length, out),
      'native',
    )
    return length[0] === 0n ? undefined : readStrings(out[0] ?? 0n, Number(length[0]))
  }

  /** Names the features; the names are saved with the model. */
  setFeatureNames(names: readonly string[]): void {
    requireFeatureNames(names, this.numFeatures)
    this.#nameFeatures(names)
  }

  /** Reads an attribute that was saved with the model. */
  getAttribute(key: string): string | undefined {
    const [out, found] = [new BigUint64Array(1), new Int32Array(1)]
    this.library.check(this.library.native.boosterGetAttr(this.#idle(), key, out, found), 'native')
    return found[0] === 1 ? readString(out[0] ?? 0n) : undefined
  }

  /** Sets an attribute that is saved with the model; `undefined` deletes it. */
  setAttribute(key: string, value: string | undefined): void {
    this.library.check(this.library.native.boosterSetAttr(this.#idle(), key, value ?? null), 'native')
  }

  /** All attributes by name. */
  attributes(): Record<string, string> {
    const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
    this.library.check(this.library.native.boosterGetAttrNames(this.#idle(), length, out), 'native')
    const keys = readStrings(out[0] ?? 0n, Number(length[0])).sort()
    return Object.fromEntries(keys.map((key) => [key, this.getAttribute(key) ?? '']))
  }

  /**
   * Scores the features that the trees use.
   *
   * @param kind what to count
   * @returns score by feature name (`f0`, `f1`, ... without names); a feature that no tree uses is absent
   */
  featureScores(kind: FeatureScoreKind): Record<string, number> {
    const out = new BigUint64Array(5)
    const [count, names, dimensions, shape, scores] = [
      out.subarray(0, 1),
      out.subarray(1, 2),
      out.subarray(2, 3),
      out.subarray(3, 4),
      out.subarray(4),
    ]
    const config = JSON.stringify({
      importance_type: SCORE_NAMES[kind],
      feature_names: this.featureNames ?? [],
    })
    const { native } = this.library
    this.library.check(
      native.boosterFeatureScore(this.#idle(), config, count, names, dimensions, shape, scores),
      'invalid_parameter',
    )
    const features = readStrings(names[0] ?? 0n, Number(count[0]))
    const size = readUint64s(shape[0] ?? 0n, Number(dimensions[0])).reduce(
      (product, length) => product * length,
      1,
    )
    if (size !== features.length)
      throw new XGBoostError('library_unsupported', 'feature scores of a linear model with several classes')
    const values = readFloats(scores[0] ?? 0n, size)
    return Object.fromEntries(features.map((feature, index) => [feature, values[index] ?? 0]))
  }

  /**
   * The trees as typed arrays, with the margin before any tree; see {@link readTrees}.
   *
   * @throws XGBoostError `model_unsupported`, `busy`, `disposed`
   */
  trees(): TreeEnsemble {
    return readTrees(this.saveBuffer('ubj'))
  }

  /** A new booster with the rounds `begin` to `end` (not included), with names and attributes. */
  slice(begin: number, end: number): Booster {
    const rounds = this.boostedRounds
    if (!(Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin < end && end <= rounds))
      throw new XGBoostError(
        'invalid_parameter',
        `slice needs 0 <= begin < end <= ${rounds}; got ${begin} and ${end}`,
      )
    const out = new BigUint64Array(1)
    this.library.check(this.library.native.boosterSlice(this.#idle(), begin, end, 1, out), 'native')
    return new Booster(out[0] ?? 0n, this.library)
  }

  /** The model as bytes; the same training gives the same bytes. */
  saveBuffer(format: ModelFormat): Uint8Array {
    const formats: readonly string[] = ['ubj', 'json']
    if (!formats.includes(format))
      throw new XGBoostError('invalid_parameter', `format must be ubj or json; got ${format}`)
    const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
    this.library.check(
      this.library.native.boosterSaveModelToBuffer(this.#idle(), `{"format":"${format}"}`, length, out),
      'native',
    )
    return readBytes(out[0] ?? 0n, Number(length[0]))
  }

  /** Writes the model to a file named `*.ubj` or `*.json`, whole or not at all. */
  async save(path: string): Promise<void> {
    const format = /\.(ubj|json)$/.exec(path)?.[1]
    if (format !== 'ubj' && format !== 'json')
      throw new XGBoostError('invalid_parameter', `a model file ends in .ubj or .json; got ${path}`)
    const bytes = this.saveBuffer(format)
    const temporary = `${path}.${randomUUID()}.tmp`
    try {
      const file = await open(temporary, 'wx')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  /** Frees the native memory, after the call that may still be running. */
  dispose(): void {
    this.#predictor?.dispose()
    this.#handle.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #predictions(): Predictor {
    return (this.#predictor ??= new Predictor(this.library, this.numFeatures))
  }

  #idle(): Pointer {
    const pointer = this.#handle.pointer
    if (this.#handle.inUse)
      throw new XGBoostError('busy', 'an asynchronous call on this booster is still running; await it first')
    return pointer
  }

  #nameFeatures(names: readonly string[]): void {
    const { native } = this.library
    this.library.check(
      native.boosterSetFeatureInfo(this.#idle(), 'feature_name', names, names.length),
      'invalid_parameter',
    )
  }

  #setPairs(pairs: readonly [name: string, value: string][]): void {
    const pointer = this.#idle()
    for (const [name, value] of pairs)
      this.library.check(this.library.native.boosterSetParam(pointer, name, value), 'invalid_parameter')
    this.#predictor?.reset()
  }

  /** Makes the library check all parameters and start its random numbers, on the thread that will use them. */
  async #configure(): Promise<void> {
    await this.#serialised([], async (pointer) => {
      const out = new BigUint64Array(2)
      const at = addressOf(out)
      await this.#onThread('boosterSaveJsonConfig', [pointer, at, at + 8n], 'invalid_parameter')
      if (out[1] === 0n) throw new XGBoostError('native', 'the library gave no configuration')
    })
  }

  async #onThread(name: ThreadCall['name'], args: ThreadCall['args'], code: XGBoostErrorCode): Promise<void> {
    if (!this.#thread)
      throw new XGBoostError(
        'invalid_parameter',
        'only a booster made by Booster.create can be trained and evaluated',
      )
    const { status, message } = await this.#thread.call({ name, args })
    if (status !== 0) throw this.library.failure(code, message)
  }

  #serialised<T>(matrices: readonly DMatrix[], run: (pointer: Pointer) => Promise<T>): Promise<T> {
    const releases = [this.#handle, ...matrices.map(({ handle }) => handle)].map((handle) => handle.hold())
    const result = this.#tail
      .then(() => run(this.#handle.heldPointer))
      .finally(() => {
        for (const release of releases) release()
      })
    this.#tail = result.catch(() => undefined)
    return result
  }
}

const requireSameLibrary = (library: XGBoostLibrary, matrix: DMatrix): void => {
  if (matrix.library.path !== library.path)
    throw new XGBoostError(
      'invalid_parameter',
      `the matrix belongs to ${matrix.library.path}, the booster to ${library.path}`,
    )
}
