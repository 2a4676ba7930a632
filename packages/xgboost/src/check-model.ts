import { checkCategoryNames } from './check-categories.ts'
import { checkTree } from './check-tree.ts'
import type { VectorLeaves } from './check-tree.ts'
import { XGBoostError } from './errors.ts'
import {
  count,
  field,
  floats,
  indices,
  invalid,
  lengthOf,
  list,
  optionalCount,
  optionalField,
  shown,
  text,
} from './model-fields.ts'
import type { ModelValue } from './ubjson.ts'

/** What not every version of the library reads. */
export interface ModelTraits {
  /** Which version saved the model, such as `3.0.5`; absent when it does not say. */
  readonly version: string | undefined
  /** `base_score` is a list, as 3.1 and later write it; earlier versions pass over it without a word. */
  readonly baseScoreList: boolean
  /** The forms in which leaves with several values are kept. */
  readonly vectorLeaves: ReadonlySet<VectorLeaves>
  /** Splits on the longest way to a leaf in any tree. */
  readonly depth: number
  /** There are neither trees nor the places where rounds begin, as before 2.0. */
  readonly bare: boolean
  /** The texts that the model holds: the library does not read every escape of JSON. */
  readonly texts: ModelTexts
}

/** Texts of a model. */
interface ModelTexts {
  readonly featureNames: readonly string[]
  readonly attributes: readonly (readonly [key: string, value: string])[]
}

/** More outputs or features are refused: the library would ask for the memory of one row of them. */
const [MOST_OUTPUTS, MOST_FEATURES] = [2 ** 16, 10_000_000]

/**
 * Proves that a model is whole and that its trees only point inside themselves, as the library walks them. The
 * library trusts indices that it reads: a damaged one makes it read foreign memory, so nothing reaches it unchecked.
 * The work is linear in the size of the model.
 *
 * @param model a model that is parsed
 * @returns what a library must understand to read it rightly
 * @throws XGBoostError `invalid_model` naming the place that is wrong; `model_unsupported` for sizes beyond all use
 */
export function checkParsedModel(model: ModelValue): ModelTraits {
  const learner = field(model, 'learner')
  const parameters = field(learner, 'learner_model_param')
  const features = count(parameters, 'num_feature')
  const outputs = outputsOf(parameters)
  if (features > MOST_FEATURES || outputs > MOST_OUTPUTS)
    throw new XGBoostError(
      'model_unsupported',
      `the model has ${features} features and ${outputs} outputs; at most ${MOST_FEATURES} and ${MOST_OUTPUTS} are read`,
    )
  checkBaseScore(parameters, outputs)
  checkObjective(field(learner, 'objective'), parameters)
  checkNames(learner, features)
  const trees = checkBooster(field(learner, 'gradient_booster'), { features, outputs })
  return {
    version: versionOf(model),
    baseScoreList: text(parameters, 'base_score').startsWith('['),
    ...trees,
    texts: textsOf(learner),
  }
}

/** How many margins a row has. */
export const outputsOf = (parameters: ModelValue): number =>
  Math.max(1, count(parameters, 'num_class'), optionalCount(parameters, 'num_target'))

/** The numbers of `base_score`, which is one number or a list. */
export const baseScoresOf = (parameters: ModelValue): number[] =>
  text(parameters, 'base_score')
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map((score) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(score) ? Number(score) : Number.NaN))

const checkBaseScore = (parameters: ModelValue, outputs: number): void => {
  const scores = baseScoresOf(parameters)
  if (!scores.every((score) => Number.isFinite(Math.fround(score))))
    throw invalid(`learner_model_param.base_score is no number: ${shown(text(parameters, 'base_score'))}`)
  if (scores.length !== 1 && scores.length !== outputs)
    throw invalid(`base_score holds ${scores.length} numbers for ${outputs} outputs`)
}

/** The library divides predictions by the number of classes that the objective keeps for itself. */
const checkObjective = (objective: ModelValue, parameters: ModelValue): void => {
  if (!text(objective, 'name').startsWith('multi:')) return
  const own = count(field(objective, 'softmax_multiclass_param'), 'num_class')
  const classes = count(parameters, 'num_class')
  if (own !== classes || classes !== outputsOf(parameters))
    throw invalid(
      `the objective has ${own} classes, the model ${classes} and ${outputsOf(parameters)} outputs`,
    )
}

/** Which version saved a model, such as `3.0.5`; absent when it does not say. */
export const versionOf = (model: ModelValue): string | undefined => {
  if (optionalField(model, 'version') === undefined) return undefined
  return indices(model, 'version', [0, 2 ** 31 - 1, 3]).join('.')
}

const checkNames = (learner: ModelValue, features: number): void => {
  for (const key of ['feature_names', 'feature_types']) {
    if (optionalField(learner, key) === undefined) continue
    const names = list(learner, key)
    if (names.length !== 0 && names.length !== features)
      throw invalid(`${key} holds ${names.length} names for ${features} features`)
    for (let index = 0; index < names.length; index += 1)
      if (typeof names[index] !== 'string') throw invalid(`${key}[${index}] is no text`)
  }
}

const textsOf = (learner: ModelValue): ModelTexts => {
  const names = optionalField(learner, 'feature_names') === undefined ? [] : list(learner, 'feature_names')
  const attributes = field(learner, 'attributes')
  if (typeof attributes !== 'object' || attributes === null || lengthOf(attributes) !== undefined)
    throw invalid('attributes is no object')
  return {
    featureNames: Array.from(names, String),
    attributes: Object.keys(attributes).map((key) => [key, text(attributes, key)] as const),
  }
}

interface Sizes {
  readonly features: number
  readonly outputs: number
}

type CheckedBooster = Pick<ModelTraits, 'vectorLeaves' | 'depth' | 'bare'>

const checkBooster = (booster: ModelValue, { features, outputs }: Sizes): CheckedBooster => {
  const vectorLeaves = new Set<VectorLeaves>()
  const name = text(booster, 'name')
  if (name === 'gblinear') {
    floats(field(booster, 'model'), 'weights', (features + 1) * outputs)
    return { vectorLeaves, depth: 0, bare: false }
  }
  if (name !== 'gbtree' && name !== 'dart') throw invalid(`gradient_booster.name is ${shown(name)}`)
  const model = field(name === 'dart' ? field(booster, 'gbtree') : booster, 'model')
  const trees = list(model, 'trees')
  const parameters = field(model, 'gbtree_model_param')
  if (count(parameters, 'num_trees') !== trees.length)
    throw invalid(`num_trees does not count the ${trees.length} trees`)
  const parallel =
    optionalField(parameters, 'num_parallel_tree') === undefined ? 1 : count(parameters, 'num_parallel_tree')
  if (parallel < 1 || (trees.length > 0 && parallel > trees.length))
    throw invalid(`num_parallel_tree is ${parallel} for ${trees.length} trees`)
  indices(model, 'tree_info', [0, outputs - 1, trees.length])
  if (name === 'dart') floats(booster, 'weight_drop', trees.length)
  const offsets = optionalField(model, 'iteration_indptr') !== undefined
  if (offsets) checkOffsets(model, trees.length)
  if (optionalField(model, 'cats') !== undefined) checkCategoryNames(field(model, 'cats'), features)
  const ids = new Set<number>()
  const budget = { categoryWords: 0 }
  let depth = 0
  for (let index = 0; index < trees.length; index += 1) {
    const tree = trees[index] ?? null
    const checked = checkTree(tree, { features, outputs, budget })
    if (checked.leaves !== 'single') vectorLeaves.add(checked.leaves)
    depth = Math.max(depth, checked.depth)
    const id = field(tree, 'id')
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= trees.length || ids.has(id))
      throw invalid(`tree ${index} has the id ${shown(id)}, which is no free place among ${trees.length}`)
    ids.add(id)
  }
  return { vectorLeaves, depth, bare: trees.length === 0 && !offsets }
}

const checkOffsets = (model: ModelValue, trees: number): void => {
  const offsets = indices(model, 'iteration_indptr', [0, trees])
  if (offsets[0] !== 0 || offsets.at(-1) !== trees) throw invalid('iteration_indptr does not span the trees')
  for (let index = 1; index < offsets.length; index += 1)
    if ((offsets[index] ?? 0) <= (offsets[index - 1] ?? 0))
      throw invalid(`iteration_indptr[${index}] does not go on`)
}
