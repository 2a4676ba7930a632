import { parseTraits, readConfiguration } from './booster-configuration.ts'
import { BoosterHandle } from './booster-handle.ts'
import { XGBoostError } from './errors.ts'
import type { PredictionData } from './prediction-data.ts'
import type {
  PredictContributionOptions,
  PredictionKind,
  PredictOptions,
  PredictValueOptions,
  ShapedArray,
  StrictShape,
} from './prediction-options.ts'
import { predictOnThread } from './predict-on-thread.ts'
import { Predictor } from './predictor.ts'
import { writeModel } from './model-file.ts'
import { treesOfLibrary } from './trees-of-library.ts'

/** Larger models, in bytes, are not walked here: reading their trees would hold up an answer. */
const largestWalkedModel = 16 * 2 ** 20

/** What a booster predicts. */
export class BoosterPredictions extends BoosterHandle {
  #predictor: Predictor | undefined

  /** Whether it is trained and freed on another thread. */
  protected isThreaded(): boolean {
    return false
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
    const { pointer } = this.idle()
    const predictor = this.#predictions()
    const values = predictor.value(pointer, x, options)
    return options.strictShape ? { values, shape: predictor.shape() } : values
  }

  /**
   * Predicts many rows in place on a worker thread, so that the event loop stays free. Until the promise settles the
   * array must not change, and the booster is busy.
   *
   * @param x row-major, length rows x columns
   * @param options as for {@link BoosterPredictions.predict}, without `baseMargin` and `out`
   * @returns length rows, or rows x outputs: the bits of {@link BoosterPredictions.predict}
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `model_unsupported` for `gblinear`, `busy`, `disposed`
   */
  async predictAsync(
    x: Float32Array | Float64Array,
    options: Omit<PredictValueOptions, 'baseMargin' | 'out'>,
  ): Promise<Float32Array> {
    const { library } = this
    const rows = this.#predictions().threadRows(x, options)
    return this.queued([], (booster) => predictOnThread({ library, booster }, rows, options))
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
   * @returns length rows x trees; strictly [rows, rounds, outputs, parallel trees], where outputs is 1
   *   for trees whose leaves hold a value for each
   * @throws XGBoostError `feature_mismatch`, `invalid_shape`, `busy`, `disposed`, `native` for `gblinear`
   */
  predictLeaf(x: PredictionData, options: PredictOptions & StrictShape): ShapedArray<Int32Array>
  predictLeaf(x: PredictionData, options?: PredictOptions): Int32Array
  predictLeaf(
    x: PredictionData,
    options: PredictOptions & Partial<StrictShape> = {},
  ): Int32Array | ShapedArray<Int32Array> {
    const { pointer } = this.idle()
    if (this.boostedRounds === 0)
      throw new XGBoostError('model_unsupported', 'a model without trees has no leaves')
    const predictor = this.#predictions()
    const values = Int32Array.from(predictor.ofMatrix(pointer, x, { ...options, kind: 'leaf' }))
    if (!options.strictShape) return values
    const [rows = 0] = predictor.shape()
    const { parallelTrees } = parseTraits(readConfiguration(this.idle()))
    const end = options.iterationRange?.[1] ?? 0
    const rounds = end === 0 ? this.boostedRounds : end
    return {
      values,
      shape: [rows, rounds, values.length / (rows * rounds * parallelTrees), parallelTrees],
    }
  }

  override dispose(): void {
    this.#predictor?.dispose()
    super.dispose()
  }

  /** Forgets what was laid out for predicting the model as it was. */
  protected changed(): void {
    this.#predictor?.dispose()
    this.#predictor = undefined
  }

  #ofMatrix(
    x: PredictionData,
    kind: PredictionKind,
    options: PredictOptions & Partial<StrictShape>,
  ): Float32Array | ShapedArray {
    const { pointer } = this.idle()
    const predictor = this.#predictions()
    const values = predictor.ofMatrix(pointer, x, { ...options, kind })
    return options.strictShape ? { values, shape: predictor.shape() } : values
  }

  #predictions(): Predictor {
    if (this.#predictor) return this.#predictor
    const { booster, objective } = parseTraits(readConfiguration(this.idle()))
    return (this.#predictor = new Predictor({
      library: this.library,
      features: this.numFeatures,
      featureNames: this.featureNames,
      rounds: this.boostedRounds,
      inPlace: booster !== 'gblinear',
      objective,
      trees: () => {
        if (booster !== 'gbtree') return undefined
        const bytes = writeModel(this.idle(), 'ubj')
        return bytes.length > largestWalkedModel ? undefined : treesOfLibrary(bytes, this.library)
      },
      threaded: this.isThreaded(),
    }))
  }
}
