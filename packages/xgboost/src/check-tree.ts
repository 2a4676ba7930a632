import { checkCategories } from './check-categories.ts'
import type { CategoryBudget } from './check-categories.ts'
import {
  count,
  field,
  floats,
  indices,
  invalid,
  lengthOf,
  optionalCount,
  optionalField,
} from './model-fields.ts'
import type { ModelValue } from './ubjson.ts'

/**
 * How a tree keeps leaves with several values: with the weights of all nodes (2.0 to 3.1), or in a list of their own
 * (3.2 and later), which says the same as the weights or not.
 */
export type VectorLeaves = 'of nodes' | 'apart' | 'apart and different'

/** What is known of a tree that is whole. */
export interface CheckedTree {
  /** `single`, or how leaves with several values are kept. */
  readonly leaves: 'single' | VectorLeaves
  /** Splits on the longest way to a leaf. */
  readonly depth: number
}

/** What a tree belongs to. */
export interface TreeContext {
  readonly features: number
  readonly outputs: number
  readonly budget: CategoryBudget
}

/** The parent of a root; also the feature of a deleted node. */
const NO_NODE = 2 ** 31 - 1

/** Deeper trees are refused: the library explains, prints and measures a tree by recursion. */
const MOST_LEVELS = 4096

interface Nodes {
  readonly left: Float64Array
  readonly right: Float64Array
  readonly parents: Float64Array
  readonly split: Float64Array
}

/**
 * Proves that a tree is one: every node is reached once or deleted, the right child stands after the left one, as the
 * library takes for granted, and every list has a place per node.
 *
 * @param tree a tree of a parsed model
 * @returns how its leaves are kept and how deep it is
 * @throws XGBoostError `invalid_model` naming the place that is wrong
 */
export function checkTree(tree: ModelValue, context: TreeContext): CheckedTree {
  const parameters = field(tree, 'tree_param')
  const nodes = count(parameters, 'num_nodes')
  if (nodes < 1) throw invalid('a tree has no nodes')
  if (count(parameters, 'num_feature') !== context.features)
    throw invalid('a tree has another number of features than the model')
  const leafSize = Math.max(1, optionalCount(parameters, 'size_leaf_vector'))
  if (leafSize > 1 && leafSize !== context.outputs)
    throw invalid(`a leaf holds ${leafSize} values for ${context.outputs} outputs`)
  const last = nodes - 1
  const arrays: Nodes = {
    left: indices(tree, 'left_children', [-1, last, nodes]),
    right: indices(tree, 'right_children', [-1, last, nodes]),
    parents: indices(tree, 'parents', [-1, NO_NODE, nodes]),
    split: indices(tree, 'split_indices', [0, NO_NODE, nodes]),
  }
  indices(tree, 'default_left', [0, 1, nodes])
  floats(tree, 'split_conditions', nodes)
  checkCategories(tree, nodes, context.budget)
  const leaves = leafSize === 1 ? checkSingleLeaves(tree, nodes) : checkVectorLeaves(tree, leafSize, arrays)
  // 3.0 and 3.1 keep the places of leaves of a 3.2 model that they save anew without the list.
  const depth = checkNodes(arrays, { features: context.features, places: leaves !== 'single' })
  return { leaves, depth }
}

const checkSingleLeaves = (tree: ModelValue, nodes: number): 'single' => {
  for (const key of ['base_weights', 'loss_changes', 'sum_hessian']) floats(tree, key, nodes)
  return 'single'
}

const checkVectorLeaves = (tree: ModelValue, size: number, { left, right }: Nodes): VectorLeaves => {
  const nodes = left.length
  if (optionalField(tree, 'split_type') === undefined) throw invalid('split_type is missing')
  const ofNodes = field(tree, 'base_weights')
  if (optionalField(tree, 'leaf_weights') === undefined) {
    floats(tree, 'base_weights', nodes * size)
    return 'of nodes'
  }
  for (const key of ['loss_changes', 'sum_hessian']) floats(tree, key, nodes)
  const leaves = left.reduce((sum, child) => sum + Number(child === -1), 0)
  const apart = floats(tree, 'leaf_weights', leaves * size)
  const length = lengthOf(ofNodes) ?? 0
  // With a reduced gradient, splits are found for fewer values than leaves have.
  const splitSize = length / nodes
  if (!Number.isInteger(splitSize) || splitSize < 1 || splitSize > size)
    throw invalid(`base_weights holds ${length} values for ${nodes} nodes with ${size} outputs`)
  const weights = floats(tree, 'base_weights', length)
  const taken = new Uint8Array(leaves)
  let same = splitSize === size
  for (let node = 0; node < nodes; node += 1) {
    if (left[node] !== -1) continue
    const place = right[node] ?? -1
    if (place < 0 || place >= leaves || taken[place] === 1)
      throw invalid(`leaf ${node} has the values at ${place}, which is no free place among ${leaves}`)
    taken[place] = 1
    for (let at = 0; same && at < size; at += 1)
      same = Object.is(apart[place * size + at], weights[node * size + at])
  }
  return same ? 'apart' : 'apart and different'
}

const checkNodes = (
  { left, right, parents, split }: Nodes,
  { features, places }: { readonly features: number; readonly places: boolean },
): number => {
  const nodes = left.length
  const seen = new Uint8Array(nodes)
  if (parents[0] !== NO_NODE && parents[0] !== -1) throw invalid('the root of a tree has a parent')
  let [level, depth] = [[0], 0]
  for (; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) throw invalid(`a tree is deeper than ${MOST_LEVELS} levels`)
    const next: number[] = []
    for (const node of level) {
      if (seen[node] === 1) throw invalid(`tree node ${node} is reached twice`)
      seen[node] = 1
      const [one, other] = [left[node] ?? -1, right[node] ?? -1]
      if (one === -1 && (places || other === -1)) continue
      if (one === -1 || other === -1) throw invalid(`tree node ${node} has one child`)
      if ((split[node] ?? 0) >= features)
        throw invalid(`tree node ${node} splits on feature ${split[node]} of ${features}`)
      if (other !== one + 1)
        throw invalid(`the children of tree node ${node} are ${one} and ${other}, not side by side`)
      for (const child of [one, other])
        if (parents[child] !== node)
          throw invalid(`tree node ${child} has parent ${parents[child]}, not ${node}`)
      next.push(one, other)
    }
    level = next
  }
  for (let node = 0; node < nodes; node += 1) {
    if (seen[node] === 1) continue
    if (split[node] !== NO_NODE) throw invalid(`tree node ${node} is neither reached nor deleted`)
    // The library looks for the children of the parents of deleted nodes too.
    const parent = parents[node] ?? -1
    if (parent < 0 || parent >= nodes)
      throw invalid(`tree node ${node} has parent ${parent} of ${nodes} nodes`)
  }
  return depth - 1
}
