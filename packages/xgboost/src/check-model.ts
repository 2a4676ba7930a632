import {
  count,
  field,
  floats,
  indices,
  invalid,
  list,
  optionalCount,
  optionalField,
  parseModel,
  text,
} from './model-fields.ts'
import type { ModelValue } from './ubjson.ts'

/** What not every version of the library reads. */
export interface ModelTraits {
  /** `base_score` is a list, as 3.1 and later write it; earlier versions pass over it without a word. */
  readonly baseScoreList: boolean
}

/**
 * Proves that bytes hold one whole model whose trees only point inside themselves. The library trusts indices that it
 * reads: a damaged one makes it read foreign memory, so nothing reaches it unchecked.
 *
 * @param bytes a model saved as JSON or UBJSON
 * @returns what a library must understand to read it rightly
 * @throws XGBoostError `invalid_model` naming the place that is wrong
 */
export function checkModel(bytes: Uint8Array): ModelTraits {
  return checkParsedModel(parseModel(bytes))
}

/** {@link checkModel} of a model that is read already. */
export function checkParsedModel(model: ModelValue): ModelTraits {
  const learner = field(model, 'learner')
  const parameters = field(learner, 'learner_model_param')
  const features = count(parameters, 'num_feature')
  const groups = Math.max(1, count(parameters, 'num_class'), optionalCount(parameters, 'num_target'))
  if (
    !text(parameters, 'base_score')
      .replace(/^\[|\]$/g, '')
      .split(',')
      .every((score) => Number.isFinite(Number.parseFloat(score)))
  )
    throw invalid('learner_model_param.base_score is no number')
  text(field(learner, 'objective'), 'name')
  checkNames(learner, features)
  checkBooster(field(learner, 'gradient_booster'), features, groups)
  return { baseScoreList: text(parameters, 'base_score').startsWith('[') }
}

/** The parent of a root; also the feature of a deleted node. */
const NO_NODE = 2 ** 31 - 1

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

const checkBooster = (booster: ModelValue, features: number, groups: number): void => {
  const name = text(booster, 'name')
  if (name === 'gblinear') {
    floats(field(booster, 'model'), 'weights', (features + 1) * groups)
    return
  }
  if (name !== 'gbtree' && name !== 'dart') throw invalid(`gradient_booster.name is ${JSON.stringify(name)}`)
  const model = field(name === 'dart' ? field(booster, 'gbtree') : booster, 'model')
  const trees = list(model, 'trees')
  if (count(field(model, 'gbtree_model_param'), 'num_trees') !== trees.length)
    throw invalid(`num_trees does not count the ${trees.length} trees`)
  indices(model, 'tree_info', [0, groups - 1, trees.length])
  if (name === 'dart') floats(booster, 'weight_drop', trees.length)
  if (optionalField(model, 'iteration_indptr') !== undefined) checkOffsets(model, trees.length)
  const ids = new Set<number>()
  for (let index = 0; index < trees.length; index += 1) {
    const tree = trees[index] ?? null
    checkTree(tree, features)
    const id = field(tree, 'id')
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= trees.length || ids.has(id))
      throw invalid(
        `tree ${index} has the id ${JSON.stringify(id)}, which is no free place among ${trees.length}`,
      )
    ids.add(id)
  }
}

const checkOffsets = (model: ModelValue, trees: number): void => {
  const offsets = indices(model, 'iteration_indptr', [0, trees])
  for (let index = 1; index < offsets.length; index += 1)
    if ((offsets[index] ?? 0) < (offsets[index - 1] ?? 0))
      throw invalid(`iteration_indptr[${index}] goes back`)
  if (offsets.length > 0 && (offsets[0] !== 0 || offsets[offsets.length - 1] !== trees))
    throw invalid('iteration_indptr does not span the trees')
}

const checkTree = (tree: ModelValue, features: number): void => {
  const parameters = field(tree, 'tree_param')
  const nodes = count(parameters, 'num_nodes')
  if (nodes < 1) throw invalid('a tree has no nodes')
  if (count(parameters, 'num_feature') !== features)
    throw invalid('a tree has another number of features than the model')
  const leafSize = Math.max(1, optionalCount(parameters, 'size_leaf_vector'))
  const left = indices(tree, 'left_children', [-1, nodes - 1, nodes])
  const right = indices(tree, 'right_children', [-1, nodes - 1, nodes])
  const parents = indices(tree, 'parents', [-1, NO_NODE, nodes])
  const split = indices(tree, 'split_indices', [0, NO_NODE, nodes])
  indices(tree, 'default_left', [0, 1, nodes])
  floats(tree, 'split_conditions', nodes)
  floats(tree, 'base_weights', nodes * leafSize)
  floats(tree, 'loss_changes', nodes)
  floats(tree, 'sum_hessian', nodes)
  checkCategories(tree, nodes)
  const seen = new Uint8Array(nodes)
  const stack = [0]
  if (parents[0] !== NO_NODE && parents[0] !== -1) throw invalid('the root of a tree has a parent')
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen[node] === 1) throw invalid(`tree node ${node} is reached twice`)
    seen[node] = 1
    if ((split[node] ?? 0) >= features)
      throw invalid(`tree node ${node} splits on feature ${split[node]} of ${features}`)
    const [one, other] = [left[node] ?? -1, right[node] ?? -1]
    if ((one === -1) !== (other === -1)) throw invalid(`tree node ${node} has one child`)
    if (one === -1) continue
    for (const child of [one, other])
      if (parents[child] !== node)
        throw invalid(`tree node ${child} has parent ${parents[child]}, not ${node}`)
    stack.push(one, other)
  }
  for (let node = 0; node < nodes; node += 1)
    if (seen[node] === 0 && (split[node] !== NO_NODE || (parents[node] ?? 0) >= nodes))
      throw invalid(`tree node ${node} is neither reached nor deleted`)
}

const checkCategories = (tree: ModelValue, nodes: number): void => {
  if (optionalField(tree, 'categories_nodes') === undefined) return
  const categories = indices(tree, 'categories', [0, 2 ** 24]).length
  const splits = indices(tree, 'categories_nodes', [0, nodes - 1])
  const segments = indices(tree, 'categories_segments', [0, categories, splits.length])
  const sizes = indices(tree, 'categories_sizes', [0, categories, splits.length])
  for (let index = 0; index < splits.length; index += 1) {
    if ((segments[index] ?? 0) + (sizes[index] ?? 0) > categories)
      throw invalid(`categories_segments[${index}] ends outside the categories`)
    if (index > 0 && (splits[index] ?? 0) <= (splits[index - 1] ?? 0))
      throw invalid(`categories_nodes[${index}] goes back`)
  }
  const types = indices(tree, 'split_type', [0, 1, nodes])
  let categorical = 0
  for (let node = 0; node < nodes; node += 1) categorical += types[node] ?? 0
  if (categorical !== splits.length)
    throw invalid(`${categorical} categorical splits but categories for ${splits.length}`)
}
