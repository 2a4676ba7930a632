import { baseScoresOf, checkParsedModel, outputsOf } from './check-model.ts'
import { XGBoostError } from './errors.ts'
import {
  count,
  field,
  floats,
  indices,
  list,
  optionalCount,
  optionalField,
  parseModel,
  shown,
  text,
} from './model-fields.ts'
import type { ModelValue } from './ubjson.ts'

/** A regression tree. Node 0 is the root; every array has one place per node; deleted nodes are never reached. */
export interface Tree {
  /** The split's feature; 0 at a leaf. */
  readonly feature: Int32Array
  /** A row goes left when its 32-bit value is less than this; 0 at a leaf. */
  readonly threshold: Float32Array
  /** The left child; -1 at a leaf. */
  readonly left: Int32Array
  /** The right child; -1 at a leaf. */
  readonly right: Int32Array
  /** 1 where a missing value goes left. */
  readonly defaultLeft: Uint8Array
  /** Sum of the hessians of the training rows that came here. */
  readonly cover: Float32Array
  /** What a leaf adds to the margin; 0 at a split. */
  readonly value: Float32Array
  /** What the split gained; 0 at a leaf. */
  readonly gain: Float32Array
  /** The output (class) that the tree adds to, from 0. */
  readonly output: number
}

/** A model's trees in the order in which they were trained. */
export interface TreeEnsemble {
  readonly features: number
  readonly trees: readonly Tree[]
  /** The margin before any tree, one per output. */
  readonly baseMargins: Float64Array
}

const { fround } = Math
/** 2.0 and later keep a probability within this and 1 minus this, earlier versions refuse what is not within 0 and 1. */
const LEAST_PROBABILITY = fround(1e-6)

const identity = (score: number): number => score
const logit = (score: number): number =>
  score >= LEAST_PROBABILITY && score <= fround(1 - LEAST_PROBABILITY)
    ? -fround(Math.log(fround(fround(1 / score) - 1)))
    : Number.NaN
const logarithm = (score: number): number => (score > 0 ? fround(Math.log(score)) : Number.NaN)

/** How `base_score` becomes a margin, by the beginning of the objective's name. */
const MARGINS: readonly (readonly [objectives: RegExp, margin: (score: number) => number])[] = [
  [/^(?:binary:logistic|reg:logistic)$/, logit],
  [/^(?:count:poisson|reg:gamma|reg:tweedie|survival:cox|survival:aft)$/, logarithm],
  [/^(?:binary:hinge|binary:logitraw|multi:|rank:)/, identity],
  [/^reg:(?:linear|squarederror|squaredlogerror|absoluteerror|quantileerror|pseudohubererror)$/, identity],
]

/**
 * Reads the trees of a saved model, without a library.
 *
 * @param bytes a `gbtree` model of 1.7.5 to 3.x, JSON or UBJSON
 * @returns the trees as typed arrays with 32-bit values as the library holds them
 * @throws XGBoostError `invalid_model` for bytes that are no whole model; `model_unsupported` for the boosters `dart`
 *   and `gblinear`, splits by category, leaves with several values, objectives whose margin is not known here, and base scores at the
 *   ends of what an objective allows, which the versions of the library read differently: `Booster.trees` asks its own
 * @example
 * ```ts
 * const { trees, baseMargins } = readTrees(booster.saveBuffer('ubj'))
 * ```
 */
export function readTrees(bytes: Uint8Array): TreeEnsemble {
  const model = parseModel(bytes)
  checkParsedModel(model)
  return treesOf(model, baseMarginsOf)
}

/**
 * The trees of a checked model.
 *
 * @param model a parsed and checked model
 * @param baseMarginsOf tells the margins before any tree, one per output
 */
export function treesOf(model: ModelValue, baseMarginsOf: (model: ModelValue) => Float64Array): TreeEnsemble {
  const learner = field(model, 'learner')
  const parameters = field(learner, 'learner_model_param')
  const booster = field(learner, 'gradient_booster')
  const name = text(booster, 'name')
  if (name !== 'gbtree') throw unsupported(`the booster is ${name}, not gbtree`)
  const gbtree = field(booster, 'model')
  const saved = list(gbtree, 'trees')
  const outputs = outputsOf(parameters)
  const outputOf = indices(gbtree, 'tree_info', [0, outputs - 1, saved.length])
  const trees = new Array<Tree>(saved.length)
  for (let index = 0; index < saved.length; index += 1) {
    const tree = saved[index] ?? null
    const id = Number(field(tree, 'id'))
    trees[id] = treeOf(tree, outputOf[id] ?? 0)
  }
  return { features: count(parameters, 'num_feature'), trees, baseMargins: baseMarginsOf(model) }
}

const unsupported = (problem: string): XGBoostError =>
  new XGBoostError('model_unsupported', `the trees cannot be read: ${problem}`)

/** The feature of a deleted node, whose children mean nothing; such nodes stand as leaves that nothing reaches. */
const DELETED = 2 ** 31 - 1

const treeOf = (tree: ModelValue, output: number): Tree => {
  const parameters = field(tree, 'tree_param')
  const nodes = count(parameters, 'num_nodes')
  if (optionalCount(parameters, 'size_leaf_vector') > 1)
    throw unsupported('a leaf holds several values (multi_strategy multi_output_tree)')
  if (optionalField(tree, 'split_type') !== undefined) {
    const categorical = indices(tree, 'split_type', [0, 1, nodes]).indexOf(1)
    if (categorical !== -1) throw unsupported(`node ${categorical} of a tree splits by category`)
  }
  const left = new Int32Array(indices(tree, 'left_children', [-1, nodes - 1, nodes]))
  const feature = new Int32Array(indices(tree, 'split_indices', [0, 2 ** 31 - 1, nodes]))
  const threshold = floats(tree, 'split_conditions', nodes).slice()
  const gain = floats(tree, 'loss_changes', nodes).slice()
  const value = new Float32Array(nodes)
  const right = new Int32Array(indices(tree, 'right_children', [-1, nodes - 1, nodes]))
  for (let node = 0; node < nodes; node += 1) {
    const deleted = feature[node] === DELETED
    if (left[node] !== -1 && !deleted) continue
    value[node] = deleted ? 0 : (threshold[node] ?? 0)
    left[node] = -1
    right[node] = -1
    threshold[node] = 0
    feature[node] = 0
    gain[node] = 0
  }
  return {
    feature,
    threshold,
    left,
    right,
    defaultLeft: new Uint8Array(indices(tree, 'default_left', [0, 1, nodes])),
    cover: floats(tree, 'sum_hessian', nodes),
    value,
    gain,
    output,
  }
}

/** What the library's formulas say in 32-bit arithmetic; `unsupported` where its versions differ. */
const baseMarginsOf = (model: ModelValue): Float64Array => {
  const learner = field(model, 'learner')
  const objective = text(field(learner, 'objective'), 'name')
  const margin = MARGINS.find(([objectives]) => objectives.test(objective))?.[1]
  if (!margin) throw unsupported(`the margin of objective ${shown(objective)} is not known`)
  const parameters = field(learner, 'learner_model_param')
  const scores = baseScoresOf(parameters).map(fround)
  const outputs = outputsOf(parameters)
  return Float64Array.from({ length: outputs }, (_, output) => {
    const score = scores[output] ?? scores[0] ?? 0
    const found = margin(score)
    if (Number.isFinite(found)) return found
    throw unsupported(`the margin of base score ${score} depends on the library; ask Booster.trees`)
  })
}
