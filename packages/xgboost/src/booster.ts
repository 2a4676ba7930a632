import { readFile } from 'node:fs/promises'
import { parseTraits } from './booster-configuration.ts'
import { countFeatures, readFeatures, writeFeatures } from './booster-features.ts'
import { BoosterModel } from './booster-model.ts'
import { BoosterThread } from './booster-thread.ts'
import type { Gradients } from './booster-thread.ts'
import { requireGradients } from './custom-functions.ts'
import type { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { EvaluationSets } from './evaluation-sets.ts'
import type { NamedSets, RoundMetrics } from './evaluation-sets.ts'
import { library as defaultLibrary } from './library.ts'
import type { XGBoostLibrary } from './library.ts'
import type { Pointer } from './native/native-api.ts'
import type { NativeModel } from './native/native-model.ts'
import { loadModel, restoreTexts } from './model-file.ts'
import { addressOf } from './native/native-memory.ts'
import { nativeParameters } from './parameters.ts'
import { requireReadable } from './readable-model.ts'
import type { BoosterParameters } from './booster-parameters.ts'
import { withCategories } from './slice-categories.ts'
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

/** Rounds to run one after the other; see {@link Booster.trainRounds}. */
export interface RoundsRun {
  readonly from: number
  readonly count: number
  readonly onRound?: ((round: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
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
export class Booster extends BoosterModel {
  readonly #thread: BoosterThread | undefined
  #outputs = 1

  private constructor(pointer: Pointer, library: XGBoostLibrary, thread?: TrainingThread) {
    const { native, threads } = library
    super(pointer, library, (address) => {
      if (thread) threads.free(thread, address)
      else native.boosterFree(address)
    })
    this.#thread = thread && new BoosterThread(library, thread)
  }

  protected override isThreaded(): boolean {
    return this.#thread !== undefined
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
    const traits = bytes && requireReadable(bytes, library)
    const releases = matrices.map(({ handle }) => handle.hold())
    const thread = library.threads.acquire()
    const calls = new BoosterThread(library, thread)
    let booster: Booster | undefined
    try {
      const pointer = await calls.create(matrices)
      booster = new Booster(pointer, library, thread)
      if (bytes && traits) {
        await calls.load(pointer, bytes, traits)
        restoreTexts({ library, pointer }, traits)
      }
      booster.setPairs(pairs)
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
   * @throws XGBoostError `invalid_model` when the bytes are no whole, consistent model; `library_unsupported`, naming
   *   both versions, for one that this version of the library does not read or would read wrongly; `model_unsupported`
   *   for the binary format of versions before 3.1 and for sizes beyond all use
   */
  static fromBuffer(bytes: Uint8Array, options: BoosterOptions = {}): Booster {
    const { library = defaultLibrary(), params = {} } = options
    const traits = requireReadable(bytes, library)
    const out = new BigUint64Array(1)
    library.check(library.native.boosterCreate(null, 0, out), 'native')
    const booster = new Booster(out[0] ?? 0n, library)
    try {
      booster.setPairs(nativeParameters({ verbosity: library.settings.verbosity, ...params }, library))
      loadModel({ library, pointer: booster.handle.pointer }, bytes, traits)
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
    const whose = 'gradients must be'
    const checked =
      gradients === undefined ? undefined : requireGradients(gradients, { rows: data.rows, outputs, whose })
    await this.#serialised([data], async (thread, pointer) => {
      if (checked) await thread.boost(pointer, round, { data, gradients: checked, outputs })
      else await thread.update(pointer, round, data)
      this.changed()
    })
  }

  /**
   * Adds the trees of several boosting rounds on a worker thread, which does not wait for this one between rounds: a
   * busy event loop hears of the rounds late, but does not hold them up.
   *
   * @param data the training matrix
   * @param rounds the first round, from 0; how many; what to call after each, whose throwing ends the rounds and rejects
   *   the promise; a signal that ends them
   * @throws XGBoostError `native` with the library's message; what `onRound` throws; the signal's reason
   */
  async trainRounds(data: DataMatrix, { from, count, onRound, signal }: RoundsRun): Promise<void> {
    requireSameLibrary(this.library, data)
    requireRound(from)
    requireRound(from + count)
    await this.#serialised([data], async (thread, pointer) => {
      signal?.throwIfAborted()
      const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
      let failed: { readonly thrown: unknown } | undefined
      const fail = (thrown: unknown): void => {
        failed ??= { thrown }
        Atomics.store(stop, 0, 1)
      }
      const abort = (): void => {
        fail(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
      try {
        await thread.updateMany(pointer, data, {
          from,
          to: from + count,
          stop,
          onRound: (round) => {
            if (failed !== undefined) return
            try {
              onRound?.(round)
            } catch (thrown) {
              fail(thrown)
            }
          },
        })
      } finally {
        signal?.removeEventListener('abort', abort)
        this.changed()
      }
      if (failed !== undefined) throw failed.thrown
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
   * @param sets matrices by name, or as pairs of name and matrix
   * @param round the number of the round, from 0
   * @returns metric values by set and metric
   */
  async evaluate(sets: NamedSets | EvaluationSets, round: number): Promise<RoundMetrics> {
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
    this.library.check(this.library.native.boosterSlice(this.idle().pointer, begin, end, step, out), 'native')
    const slice = new Booster(out[0] ?? 0n, this.library)
    const categorical = this.library.atLeast('3.1.0') && this.featureTypes?.includes('c') === true
    const named = categorical ? withCategories(slice.saveBuffer('json'), this.saveBuffer('json')) : undefined
    const bytes = named ?? (this.slicesDangle() ? slice.saveBuffer('ubj') : undefined)
    if (!bytes) return slice
    const configuration = slice.saveConfig()
    slice.dispose()
    const read = Booster.fromBuffer(bytes, { library: this.library })
    if (!named) read.loadConfig(configuration)
    return read
  }

  /**
   * Whether slices read what belongs to this booster: in 2.0 to 3.1 the copy of a tree whose leaves hold several values
   * keeps an address within the tree that it was copied from.
   *
   * @internal
   */
  slicesDangle(): boolean {
    const { library } = this
    if (!library.atLeast('2.0.0') || library.atLeast('3.2.0')) return false
    if (parseTraits(this.saveConfig()).outputs === 1) return false
    return requireReadable(this.saveBuffer('ubj'), library).vectorLeaves.size > 0
  }

  /** Takes the names of the training data, or proves that the model that is gone on from has the same. */
  #adoptFeatures(data: DataMatrix | undefined): void {
    if (!data) return
    const model: NativeModel = { library: this.library, pointer: this.handle.pointer }
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
    return this.queued(
      matrices.map(({ handle }) => handle),
      (pointer) => run(thread, pointer),
    )
  }
}

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
