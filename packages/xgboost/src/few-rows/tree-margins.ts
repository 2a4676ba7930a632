import type { Tree, TreeEnsemble } from '../trees.ts'

/** Trees that a row passes through at once. */
const treesAtOnce = 4

/** Margins of a tree model. */
export interface TreeMargins {
  /**
   * @param x row-major, length rows x features, NaN = missing, no infinite value
   * @param rows number of rows
   * @param baseMargin the margin before any tree, a 32-bit value
   * @returns length rows, on the log-odds scale: base margin plus leaves in the order of the trees, in 32-bit arithmetic
   */
  margins(x: Float32Array, rows: number, baseMargin: number): Float32Array
}

/**
 * Lays out the trees of a model for margins of few rows.
 *
 * @param ensemble a model with one output
 * @returns undefined when there are several outputs or a threshold is not finite
 *
 * @example
 * const [margin] = createTreeMargins(booster.trees())!.margins(row, 1, baseMargin)
 */
export function createTreeMargins(ensemble: TreeEnsemble): TreeMargins | undefined {
  if (ensemble.baseMargins.length !== 1 || !ensemble.trees.every(isUsable)) return undefined
  const plan = layOut(ensemble)
  return {
    margins: (x, rows, baseMargin) => {
      const margins = new Float32Array(rows)
      for (let row = 0; row < rows; row++) {
        widenRow(plan, x, row * ensemble.features)
        margins[row] = marginOf(plan, baseMargin)
      }
      return margins
    },
  }
}

function isUsable({ left, threshold }: Tree): boolean {
  return left.every((child, node) => child === -1 || Number.isFinite(threshold[node]))
}

/**
 * All trees in flat arrays, children side by side. A leaf is its own left child, which it always chooses, so that every
 * row makes as many steps as the tree is deep.
 */
interface Plan {
  /** The features that the trees ask. */
  readonly asked: Int32Array
  /** Each asked value twice (missing: first -Infinity, then Infinity), and -Infinity, which leaves ask. */
  readonly wide: Float64Array
  readonly cell: Int32Array
  readonly threshold: Float64Array
  /** The left child; the right one follows it. */
  readonly left: Int32Array
  readonly value: Float32Array
  /** A multiple of {@link treesAtOnce} of roots, and per so many trees the depth of the deepest. */
  readonly roots: Int32Array
  readonly depths: Int32Array
}

function layOut({ trees, features }: TreeEnsemble): Plan {
  const asked = askedFeatures(trees, features)
  const places = new Int32Array(features)
  asked.forEach((feature, place) => {
    places[feature] = place
  })
  const groups = Math.ceil(trees.length / treesAtOnce)
  const absent = groups * treesAtOnce - trees.length
  const nodes = trees.reduce((sum, tree) => sum + tree.left.length, 0) + absent
  const plan: Plan = {
    asked,
    wide: new Float64Array(2 * asked.length + 1).fill(-Infinity),
    cell: new Int32Array(nodes).fill(2 * asked.length),
    threshold: new Float64Array(nodes).fill(Infinity),
    left: new Int32Array(nodes).map((_, at) => at),
    // Adding -0 changes no number, so that a tree that is absent adds nothing.
    value: new Float32Array(nodes).fill(-0),
    roots: new Int32Array(groups * treesAtOnce),
    depths: new Int32Array(groups),
  }
  let next = 0
  for (let t = 0; t < plan.roots.length; t++) {
    const tree = trees[t]
    const group = Math.floor(t / treesAtOnce)
    plan.roots[t] = next
    if (tree === undefined) {
      next += 1
      continue
    }
    const { end, depth } = layOutTree(plan, tree, { root: next, places })
    plan.depths[group] = Math.max(plan.depths[group]!, depth)
    next = end
  }
  return plan
}

function layOutTree(
  { asked, cell, threshold, left, value }: Plan,
  tree: Tree,
  { root, places }: { readonly root: number; readonly places: Int32Array },
): { readonly end: number; readonly depth: number } {
  /** Nodes by depth: each one's place is that of the root plus its place here. */
  const order = [0]
  let [depth, levelEnd] = [0, 1]
  for (let at = 0; at < order.length; at++) {
    if (at === levelEnd) {
      depth += 1
      levelEnd = order.length
    }
    const node = order[at]!
    if (tree.left[node] === -1) {
      value[root + at] = tree.value[node]!
      continue
    }
    cell[root + at] = places[tree.feature[node]!]! + (tree.defaultLeft[node] === 1 ? 0 : asked.length)
    threshold[root + at] = tree.threshold[node]!
    left[root + at] = root + order.length
    order.push(tree.left[node]!, tree.right[node]!)
  }
  return { end: root + order.length, depth }
}

function askedFeatures(trees: readonly Tree[], features: number): Int32Array {
  const seen = new Uint8Array(features)
  for (const { left, feature } of trees) {
    for (let node = 0; node < left.length; node++) if (left[node] !== -1) seen[feature[node]!] = 1
  }
  return Int32Array.from([...seen.keys()].filter((feature) => seen[feature] === 1))
}

function widenRow({ asked, wide }: Plan, x: Float32Array, from: number): void {
  const count = asked.length
  for (let place = 0; place < count; place++) {
    const value = x[from + asked[place]!]!
    const missing = value !== value
    wide[place] = missing ? -Infinity : value
    wide[count + place] = missing ? Infinity : value
  }
}

/**
 * Most of the time goes into wrongly predicted branches and into waiting for the node that a comparison leads to. Hence
 * comparisons become numbers, not branches, and a row is in four trees at once.
 */
function marginOf(plan: Plan, baseMargin: number): number {
  const { wide, cell, threshold, left, value, roots, depths } = plan
  let sum = baseMargin
  for (let group = 0, t = 0; group < depths.length; group++, t += treesAtOnce) {
    let a = roots[t]!
    let b = roots[t + 1]!
    let c = roots[t + 2]!
    let d = roots[t + 3]!
    for (let step = depths[group]!; step > 0; step--) {
      a = left[a]! + Number(wide[cell[a]!]! >= threshold[a]!)
      b = left[b]! + Number(wide[cell[b]!]! >= threshold[b]!)
      c = left[c]! + Number(wide[cell[c]!]! >= threshold[c]!)
      d = left[d]! + Number(wide[cell[d]!]! >= threshold[d]!)
    }
    sum = Math.fround(sum + value[a]!)
    sum = Math.fround(sum + value[b]!)
    sum = Math.fround(sum + value[c]!)
    sum = Math.fround(sum + value[d]!)
  }
  return sum
}
