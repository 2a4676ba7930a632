import { readAttribute, readAttributes, writeAttribute } from './booster-attributes.ts'
import {
  parseTraits,
  readConfiguration,
  requireSameKind,
  writeConfiguration,
} from './booster-configuration.ts'
import { writeFeatures } from './booster-features.ts'
import { BoosterPredictions } from './booster-predictions.ts'
import { XGBoostError } from './errors.ts'
import { readFeatureScores } from './feature-scores.ts'
import type { FeatureScoreKind } from './feature-scores.ts'
import { requireFeatureNames } from './matrix-fields.ts'
import { dumpModel } from './model-dump.ts'
import type { DumpOptions } from './model-dump.ts'
import { formatOf, writeModel, writeWhole } from './model-file.ts'
import type { ModelFormat } from './model-file.ts'
import { nativeParameters } from './parameters.ts'
import type { BoosterParameters } from './booster-parameters.ts'
import { treesOfLibrary } from './trees-of-library.ts'
import type { TreeEnsemble } from './trees.ts'

/** What makes a model's kind: the library would drop or misread what was trained when one changes. */
const FIXED = ['booster', 'numClass', 'numTarget', 'multiStrategy'] as const

/** What a booster says of its model, and how it is written. */
export class BoosterModel extends BoosterPredictions {
  /**
   * Sets parameters, for example `{ nthread: 1 }` before serving single rows.
   *
   * @throws XGBoostError `invalid_parameter`, also for one that would make the trees those of another kind of model
   */
  setParameters(parameters: BoosterParameters): void {
    for (const name of FIXED)
      if (parameters[name] !== undefined)
        throw new XGBoostError('invalid_parameter', `${name} is set when a booster is made and stays`)
    this.setPairs(nativeParameters(parameters, this.library))
  }

  /** All parameters, those of the training and defaults included, as the library's JSON. */
  saveConfig(): string {
    return readConfiguration(this.idle())
  }

  /** Sets the parameters that {@link Booster.saveConfig} wrote. Throws `invalid_parameter`. */
  loadConfig(config: string): void {
    const own = parseTraits(this.saveConfig())
    requireSameKind(own, config)
    writeConfiguration(this.idle(), config)
    this.changed()
  }

  /** The best round that early stopping found, from the model's attributes. */
  get bestIteration(): number | undefined {
    const text = this.getAttribute('best_iteration')
    return text === undefined ? undefined : Number(text)
  }

  /** Names the features; the names are saved with the model. */
  setFeatureNames(names: readonly string[]): void {
    requireFeatureNames(names, this.numFeatures)
    writeFeatures(this.idle(), 'feature_name', names)
    this.changed()
  }

  /** Reads an attribute that was saved with the model. */
  getAttribute(key: string): string | undefined {
    return readAttribute(this.idle(), key)
  }

  /** Sets an attribute that is saved with the model; `undefined` deletes it. */
  setAttribute(key: string, value: string | undefined): void {
    writeAttribute(this.idle(), key, value)
  }

  /** All attributes by name. */
  attributes(): Record<string, string> {
    return readAttributes(this.idle())
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
    for (const [feature, values] of readFeatureScores(this.idle(), kind)) {
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
    return Object.fromEntries(readFeatureScores(this.idle(), 'weight'))
  }

  /** One text per tree, for people to read; features by name where the model has names. */
  dump(options: DumpOptions = {}): string[] {
    const model = this.idle()
    return this.boostedRounds === 0 ? [] : dumpModel(model, options)
  }

  /**
   * The trees as typed arrays, with the margin before any tree, which the library is asked for; see {@link readTrees}.
   *
   * @throws XGBoostError `model_unsupported`, `busy`, `disposed`
   */
  trees(): TreeEnsemble {
    return treesOfLibrary(this.saveBuffer('ubj'), this.library)
  }

  /** The model as bytes; the same training gives the same bytes. */
  saveBuffer(format: ModelFormat): Uint8Array {
    return writeModel(this.idle(), format)
  }

  /** Writes the model to a file named `*.ubj` or `*.json`, whole or not at all. */
  async save(path: string): Promise<void> {
    await writeWhole(path, this.saveBuffer(formatOf(path)))
  }

  protected setPairs(pairs: readonly [name: string, value: string][]): void {
    const { pointer } = this.idle()
    for (const [name, value] of pairs)
      this.library.check(this.library.native.boosterSetParam(pointer, name, value), 'invalid_parameter')
    this.changed()
  }
}
