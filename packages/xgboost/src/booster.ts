import { readFile } from 'node:fs/promises'
import { readAttribute, readAttributes, writeAttribute } from './booster-attributes.ts'
import {
  parseTraits,
  readConfiguration,
  requireSameKind,
  writeConfiguration,
} from './booster-configuration.ts'
import { countFeatures, readFeatures, writeFeatures } from './booster-features.ts'
import { BoosterThread, requireGradients } from './booster-thread.ts'
import type { Gradients } from './booster-thread.ts'
import { checkModel } from './check-model.ts'
import type { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { EvaluationSets } from './evaluation-sets.ts'
import type { RoundMetrics } from './evaluation-sets.ts'
import { readFeatureScores } from './feature-scores.ts'
import type { FeatureScoreKind } from './feature-scores.ts'
import { library as defaultLibrary } from './library.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireFeatureNames } from './matrix-fields.ts'
import { dumpModel } from './model-dump.ts'
import type { DumpOptions } from './model-dump.ts'
import { formatOf, writeModel, writeWhole } from './model-file.ts'
import type { ModelFormat } from './model-file.ts'
import type { Pointer } from './native/native-api.ts'
import { NativeHandle } from './native/native-handle.ts'
import type { NativeModel } from './native/native-model.ts'
import { addressOf } from './native/native-memory.ts'
import { nativeParameters } from './parameters.ts'
import type { BoosterParameters } from './parameters.ts'
import type { PredictionData } from './prediction-data.ts'
import type {
  PredictContributionOptions,
  PredictionKind,
  PredictOptions,
  PredictValueOptions,
  ShapedArray,
  StrictShape,
} from './prediction-options.ts'
import { Predictor } from './predictor.ts'
import { withCategories } from './slice-categories.ts'
import { readTrees } from './trees.ts'
import type { TreeEnsemble } from './trees.ts'
import type { TrainingThread } from './training-thread.ts'

/** What a loaded model takes: the library to use and parameters such as `nthread`. */
export interface BoosterOptions {
  readonly params?: BoosterParameters
  readonly library?: XGBoostLibrary
}

/** What a new booster takes: parameters and every matrix it will see, the training matrix first. */
export interface TrainableOptions {
  readonly params?: BoosterParameters
  readonly matrices: readonly DataMatrix[]
  /** A model to go on from: a booster, or the bytes of a saved one. */
  readonly model?: Booster | Uint8Array
}

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
  readonly #thread: BoosterThread | undefined
  #outputs = 1
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(pointer: Pointer, library: XGBoostLibrary, thread?: TrainingThread) {
    this.library = library
    this.#thread = thread && new BoosterThread(library, thread)
    const { native, threads } = library
    this.#handle = new NativeHandle('Booster', pointer, (address) => {
      if (thread) threads.free(thread, address)
      else native.boosterFree(address)
    })
  }

  /**
   * Makes a booster to be trained round by round. It keeps a thread of its own until it is disposed.
   *
   * @param options parameters, the matrices that it will be trained and evaluated on, a model to go on from
   * @returns the booster, to be disposed by the caller
   * @throws XGBoostError `invalid_parameter` for an unknown name or a value the library refuses, `library_unsupported`
   *   for a parameter or a device that the library lacks, `invalid_model`, `feature_mismatch`
   */
  static async create({ params = {}, matrices, model }: TrainableOptions): Promise<Booster> {
    const library = matrices[0]?.library ?? (model instanceof Booster ? model.library : defaultLibrary())
    const pairs = nativeParameters({ verbosity: library.settings.verbosity, ...params }, library)
    for (const matrix of matrices) requireSameLibrary(library, matrix)
    const bytes = model instanceof Booster ? model.saveBuffer('ubj') : model
    if (bytes) requireReadable(bytes, library)
    const releases = matrices.map(({ handle }) => handle.hold())
    const thread = library.threads.acquire()
    const calls = new BoosterThread(library, thread)
    let booster: Booster | undefined
    try {
      const pointer = await calls.create(matrices)
      booster = new Booster(pointer, library, thread)
      if (bytes) await calls.load(pointer, bytes)
      booster.#setPairs(pairs)
      const { outputs } = parseTraits(await calls.configure(pointer))
      booster.#outputs = outputs
      booster.#adoptFeatures(matrices[0])
      return booster
    } catch (error) {
      if (booster) booster.dispose()
      else library.threads.release(thread)
      throw error
    } finally {
      for (const release of releases) release()
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
    requireReadable(bytes, library)
    const out = new BigUint64Array(1)
    library.check(library.native.boosterCreate(null, 0, out), 'native')
    const booster = new Booster(out[0] ?? 0n, library)
    try {
      booster.#setPairs(nativeParameters({ verbosity: library.settings.verbosity, ...params }, library))
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

  /**
   * Sets parameters, for example `{ nthread: 1 }` before serving single rows.
   *
   * @throws XGBoostError `invalid_parameter`, also for one that would make the trees those of another kind of model
   */
  setParameters(parameters: BoosterParameters): void {
    for (const name of FIXED)
      if (parameters[name] !== undefined)
        throw new XGBoostError('invalid_parameter', `${name} is set when a booster is made and stays`)
    this.#setPairs(nativeParameters(parameters, this.library))
  }

  /** All parameters, those of the training and defaults included, as the library's JSON. */
  saveConfig(): string {
    return readConfiguration(this.#idle())
  }

  /** Sets the parameters that {@link Booster.saveConfig} wrote. Throws `invalid_parameter`. */
  loadConfig(config: string): void {
    const own = parseTraits(this.saveConfig())
    requireSameKind(own, config)
    writeConfiguration(this.#idle(), config)
    this.#changed()
  }

  /**
   * Adds the trees of one boosting round on a worker thread.
   *
   * @param data the training matrix
   * @param round the number of the round, from 0
   * @param gradients derivatives of a loss of your own at the current margins; absent asks the objective
   * @throws XGBoostError `native` with the library's message, `invalid_shape`, `invalid_data`
   */
  async trainOneIter(data: DataMatrix, round: number, gradients?: Gradients): Promise<void> {
    requireSameLibrary(this.library, data)
    requireRound(round)
    const outputs = this.#outputs
    if (gradients) requireGradients(gradients, data.rows, outputs)
    await this.#serialised([data], async (thread, pointer) => {
      if (gradients) await thread.boost(pointer, round, { data, gradients, outputs })
      else await thread.update(pointer, round, data)
      this.#changed()
    })
  }

  /**
   * Predicts a matrix on the training thread, where the library keeps what it has predicted of it so far.
   *
   * @param data a matrix, such as the training matrix
   * @param options margin or transformed value; `training` as the next round sees it (a `dart` model drops trees)
   * @returns length rows, or rows x outputs
   */
  async predictTraining(
    data: DataMatrix,
    { outputMargin = true, training = true }: { outputMargin?: boolean; training?: boolean } = {},
  ): Promise<Float32Array> {
    requireSameLibrary(this.library, data)
    return this.#serialised([data], (thread, pointer) =>
      thread.predict(pointer, data, { outputMargin, training }),
    )
  }

  /**
   * Evaluates the model on sets of rows, on a worker thread.
   *
   * @param sets matrices by name
   * @param round the number of the round, from 0
   * @returns metric values by set and metric
   */
  async evaluate(
    sets: Readonly<Record<string, DataMatrix>> | EvaluationSets,
    round: number,
  ): Promise<RoundMetrics> {
    requireRound(round)
    const laidOut = sets instanceof EvaluationSets ? sets : new EvaluationSets(sets)
    const { matrices, matrixPointers, namePointers, out } = laidOut
    for (const matrix of matrices) requireSameLibrary(this.library, matrix)
    return this.#serialised(matrices, async (thread, pointer) => {
      const places = [addressOf(matrixPointers), addressOf(namePointers), matrices.length, addressOf(out)]
      await thread.evaluate(pointer, round, places)
      return laidOut.metrics()
    })
  }

  /**
   * Predicts rows: in place, without a matrix, where the booster allows it (`gblinear` does not, and one is built).
   *
   * @param x row-major of length rows x columns, a list of columns, sparse rows, or a matrix
   * @param options shape, missing value, margin or transformed value, rounds, a buffer to fill
   * @returns length rows, or rows x classes for an objective with several outputs; with `strictShape` always
   *   [rows, outputs] and its shape
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`
   */
  predict(x: PredictionData, options: PredictValueOptions & StrictShape): ShapedArray
  predict(x: PredictionData, options?: PredictValueOptions): Float32Array
  predict(
    x: PredictionData,
    options: PredictValueOptions & Partial<StrictShape> = {},
  ): Float32Array | ShapedArray {
    const { pointer } = this.#idle()
    const predictor = this.#predictions()
    const values = predictor.value(pointer, x, options)
    return options.strictShape ? { values, shape: predictor.shape() } : values
  }

  /**
   * Splits each row's margin among the features: exact Shapley values (Lundberg et al. 2018, path-dependent TreeSHAP).
   *
   * @param x rows, as for {@link Booster.predict}
   * @param options shape and missing value; `approximate` for Saabas' approximation
   * @returns length rows x outputs x (columns + 1), on the margin's scale, the bias last; each row sums to its margin
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`
   */
  predictContributions(x: PredictionData, options: PredictContributionOptions & StrictShape): ShapedArray
  predictContributions(x: PredictionData, options?: PredictContributionOptions): Float32Array
  predictContributions(
    x: PredictionData,
    options: PredictContributionOptions & Partial<StrictShape> = {},
  ): Float32Array | ShapedArray {
    const kind = options.approximate === true ? 'approximateContributions' : 'contributions'
    return this.#ofMatrix(x, kind, options)
  }

  /**
   * Splits each row's margin among the pairs of features: Shapley interaction values, main effects on the diagonal.
   *
   * @param x rows, as for {@link Booster.predict}
   * @param options as for contributions
   * @returns length rows x outputs x (columns + 1) x (columns + 1); each line sums to that feature's contribution
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`
   */
  predictInteractions(x: PredictionData, options: PredictContributionOptions & StrictShape): ShapedArray
  predictInteractions(x: PredictionData, options?: PredictContributionOptions): Float32Array
  predictInteractions(
    x: PredictionData,
    options: PredictContributionOptions & Partial<StrictShape> = {},
  ): Float32Array | ShapedArray {
    const kind = options.approximate === true ? 'approximateInteractions' : 'interactions'
    return this.#ofMatrix(x, kind, options)
  }

  /**
   * The leaf that each row reaches in each tree, as the number of the node.
   *
   * @param x rows, as for {@link Booster.predict}
   * @param options shape, missing value, rounds
   * @returns length rows x trees; strictly [rows, rounds, outputs, parallel trees]
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`, `native` for `gblinear`
   */
  predictLeaf(x: PredictionData, options: PredictOptions & StrictShape): ShapedArray<Int32Array>
  predictLeaf(x: PredictionData, options?: PredictOptions): Int32Array
  predictLeaf(
    x: PredictionData,
    options: PredictOptions & Partial<StrictShape> = {},
  ): Int32Array | ShapedArray<Int32Array> {
    const { pointer } = this.#idle()
    if (this.boostedRounds === 0)
      throw new XGBoostError('model_unsupported', 'a model without trees has no leaves')
    const predictor = this.#predictions()
    const values = Int32Array.from(predictor.ofMatrix(pointer, x, 'leaf', options))
    return options.strictShape ? { values, shape: predictor.shape() } : values
  }

  /** The number of features the model was trained on. */
  get numFeatures(): number {
    return countFeatures(this.#idle())
  }

  /** The number of boosting rounds in the model. */
  get boostedRounds(): number {
    const out = new Int32Array(1)
    this.library.check(this.library.native.boosterBoostedRounds(this.#idle().pointer, out), 'native')
    return out[0] ?? 0
  }

  /** The best round that early stopping found, from the model's attributes. */
  get bestIteration(): number | undefined {
    const text = this.getAttribute('best_iteration')
    return text === undefined ? undefined : Number(text)
  }

  /** The names of the features, absent when the model has none. */
  get featureNames(): readonly string[] | undefined {
    return readFeatures(this.#idle(), 'feature_name')
  }

  /** The types of the features (`q`, `int`, `i`, `c`, ...), absent when the model has none. */
  get featureTypes(): readonly string[] | undefined {
    return readFeatures(this.#idle(), 'feature_type')
  }

  /** Names the features; the names are saved with the model. */
  setFeatureNames(names: readonly string[]): void {
    requireFeatureNames(names, this.numFeatures)
    writeFeatures(this.#idle(), 'feature_name', names)
    this.#changed()
  }

  /** Reads an attribute that was saved with the model. */
  getAttribute(key: string): string | undefined {
    return readAttribute(this.#idle(), key)
  }

  /** Sets an attribute that is saved with the model; `undefined` deletes it. */
  setAttribute(key: string, value: string | undefined): void {
    writeAttribute(this.#idle(), key, value)
  }

  /** All attributes by name. */
  attributes(): Record<string, string> {
    return readAttributes(this.#idle())
  }

  /**
   * Scores the features that the model uses.
   *
   * @param kind what to count; a `gblinear` model has `weight`, its coefficients
   * @returns score by feature name (`f0`, `f1`, ... without names); a feature that no tree uses is absent
   * @throws XGBoostError `model_unsupported` for a linear model with several outputs
   */
  featureScores(kind: FeatureScoreKind): Record<string, number> {
    const scores: Record<string, number> = {}
    for (const [feature, values] of readFeatureScores(this.#idle(), kind)) {
      if (values.length !== 1)
        throw new XGBoostError(
          'model_unsupported',
          `the model has ${values.length} outputs, each with scores of its own; read linearWeights`,
        )
      scores[feature] = values[0] ?? 0
    }
    return scores
  }

  /** The coefficients of a `gblinear` model by feature, one per output. */
  linearWeights(): Record<string, Float32Array> {
    const name = parseTraits(this.saveConfig()).booster
    if (name !== 'gblinear')
      throw new XGBoostError('model_unsupported', `a ${name} model has no linear weights`)
    return Object.fromEntries(readFeatureScores(this.#idle(), 'weight'))
  }

  /** One text per tree, for people to read; features by name where the model has names. */
  dump(options: DumpOptions = {}): string[] {
    const model = this.#idle()
    return this.boostedRounds === 0 ? [] : dumpModel(model, options)
  }

  /**
   * The trees as typed arrays, with the margin before any tree; see {@link readTrees}.
   *
   * @throws XGBoostError `model_unsupported`, `busy`, `disposed`
   */
  trees(): TreeEnsemble {
    return readTrees(this.saveBuffer('ubj'))
  }

  /** A new booster with every `step`th of the rounds `begin` to `end` (not included), with names and attributes. */
  slice(begin: number, end: number, step: number = 1): Booster {
    const rounds = this.boostedRounds
    const whole = [begin, end, step].every((value) => Number.isInteger(value))
    if (!(whole && begin >= 0 && begin < end && end <= rounds && step >= 1))
      throw new XGBoostError(
        'invalid_parameter',
        `slice needs 0 <= begin < end <= ${rounds} and step >= 1; got ${begin}, ${end} and ${step}`,
      )
    const out = new BigUint64Array(1)
    this.library.check(
      this.library.native.boosterSlice(this.#idle().pointer, begin, end, step, out),
      'native',
    )
    const slice = new Booster(out[0] ?? 0n, this.library)
    if (!this.library.atLeast('3.1.0') || this.featureTypes?.includes('c') !== true) return slice
    const named = withCategories(slice.saveBuffer('json'), this.saveBuffer('json'))
    if (!named) return slice
    slice.dispose()
    return Booster.fromBuffer(named, { library: this.library })
  }

  /** The model as bytes; the same training gives the same bytes. */
  saveBuffer(format: ModelFormat): Uint8Array {
    return writeModel(this.#idle(), format)
  }

  /** Writes the model to a file named `*.ubj` or `*.json`, whole or not at all. */
  async save(path: string): Promise<void> {
    await writeWhole(path, this.saveBuffer(formatOf(path)))
  }

  /** Frees the native memory, after the call that may still be running. */
  dispose(): void {
    this.#predictor?.dispose()
    this.#handle.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #ofMatrix(
    x: PredictionData,
    kind: PredictionKind,
    options: PredictOptions & Partial<StrictShape>,
  ): Float32Array | ShapedArray {
    const { pointer } = this.#idle()
    const predictor = this.#predictions()
    const values = predictor.ofMatrix(pointer, x, kind, options)
    return options.strictShape ? { values, shape: predictor.shape() } : values
  }

  #predictions(): Predictor {
    return (this.#predictor ??= new Predictor({
      library: this.library,
      features: this.numFeatures,
      featureNames: this.featureNames,
      rounds: this.boostedRounds,
      inPlace: parseTraits(this.saveConfig()).booster !== 'gblinear',
      threaded: this.#thread !== undefined,
    }))
  }

  #idle(): NativeModel {
    const { pointer } = this.#handle
    if (this.#handle.inUse)
      throw new XGBoostError('busy', 'an asynchronous call on this booster is still running; await it first')
    return { library: this.library, pointer }
  }

  /** Takes the names of the training data, or proves that the model that is gone on from has the same. */
  #adoptFeatures(data: DataMatrix | undefined): void {
    if (!data) return
    const model: NativeModel = { library: this.library, pointer: this.#handle.pointer }
    if (countFeatures(model) !== data.columns)
      throw new XGBoostError(
        'feature_mismatch',
        `the model has ${countFeatures(model)} features; the training data has ${data.columns} columns`,
      )
    const [own, names] = [readFeatures(model, 'feature_name'), data.featureNames]
    const wrong = own && names ? own.findIndex((name, index) => name !== names[index]) : -1
    if (wrong !== -1)
      throw new XGBoostError(
        'feature_mismatch',
        `the model's feature ${wrong} is ${JSON.stringify(own?.[wrong])}; the training data has ${JSON.stringify(names?.[wrong])}`,
      )
    if (!own && names) writeFeatures(model, 'feature_name', names)
    if (data.featureTypes && !readFeatures(model, 'feature_type'))
      writeFeatures(model, 'feature_type', data.featureTypes)
  }

  #setPairs(pairs: readonly [name: string, value: string][]): void {
    const { pointer } = this.#idle()
    for (const [name, value] of pairs)
      this.library.check(this.library.native.boosterSetParam(pointer, name, value), 'invalid_parameter')
    this.#changed()
  }

  /** Forgets what was laid out for predicting the model as it was. */
  #changed(): void {
    this.#predictor?.dispose()
    this.#predictor = undefined
  }

  async #serialised<T>(
    matrices: readonly DataMatrix[],
    run: (thread: BoosterThread, pointer: Pointer) => Promise<T>,
  ): Promise<T> {
    const thread = this.#thread
    if (!thread)
      throw new XGBoostError(
        'invalid_parameter',
        'only a booster made by Booster.create can be trained and evaluated',
      )
    const releases = [this.#handle, ...matrices.map(({ handle }) => handle)].map((handle) => handle.hold())
    const result = this.#tail
      .then(() => run(thread, this.#handle.heldPointer))
      .finally(() => {
        for (const release of releases) release()
      })
    this.#tail = result.catch(() => undefined)
    return result
  }
}

const requireReadable = (bytes: Uint8Array, library: XGBoostLibrary): void => {
  const { baseScoreList } = checkModel(bytes)
  if (baseScoreList && !library.atLeast('3.1.0'))
    throw new XGBoostError(
      'library_unsupported',
      `the model was saved by XGBoost 3.1 or later; this library is ${library.version}`,
    )
}

/** What makes a model's kind: the library would drop or misread what was trained when one changes. */
const FIXED = ['booster', 'numClass', 'numTarget', 'multiStrategy'] as const

const requireRound = (round: number): void => {
  if (!Number.isSafeInteger(round) || round < 0 || round >= 2 ** 31)
    throw new XGBoostError('invalid_parameter', `round must be a whole number from 0; got ${round}`)
}

const requireSameLibrary = (library: XGBoostLibrary, matrix: DataMatrix): void => {
  if (matrix.library.path !== library.path)
    throw new XGBoostError(
      'invalid_parameter',
      `the matrix belongs to ${matrix.library.path}, the booster to ${library.path}`,
    )
}
