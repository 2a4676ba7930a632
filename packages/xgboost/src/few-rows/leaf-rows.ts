import type { Tree, TreeEnsemble } from '../trees.ts'
import { greatestFloat, nextFloat } from './random.ts'

/** What the conditions on a path leave of each feature: values from `least` up to, not including, `end`, or none. */
interface Box {
  readonly least: Float64Array
  readonly end: Float64Array
  readonly missing: Uint8Array
}

/** A split and whether to go left at it. */
type Way = readonly [node: number, goesLeft: boolean]

/** A tree and, for each node, how many leaves below it are still to be reached. */
interface Coverage {
  readonly tree: Tree
  readonly open: Int32Array
}

/**
 * Makes rows that together reach every leaf of every tree that finite and missing values can reach. A row goes to a new
 * leaf in as many trees as it can, so about as many rows are needed as the largest tree has leaves, times a few.
 *
 * @param ensemble the model's trees
 * @param fill writes values of no matter into a row, which is then changed where leaves ask for it
 * @param random numbers from 0 to 1
 * @returns rows of length features, one after the other, in the same memory
 */
export function* leafRows(
  { trees, features }: TreeEnsemble,
  fill: (row: Float32Array) => void,
  random: () => number,
): Generator<Float32Array> {
  const box: Box = {
    least: new Float64Array(features).fill(-greatestFloat),
    end: new Float64Array(features).fill(Infinity),
    missing: new Uint8Array(features).fill(1),
  }
  const coverages = trees.map((tree) => coverageOf(tree, box))
  const row = new Float32Array(features)
  for (let first = 0; first < coverages.length; first += 1)
    while ((coverages[first]?.open[0] ?? 0) > 0) {
      const asked = new Set<number>()
      for (let t = first; t < coverages.length; t += 1) reachOne(coverages[t]!, box, asked)
      fill(row)
      for (const feature of asked) {
        row[feature] = valueIn(box, feature, random)
        box.least[feature] = -greatestFloat
        box.end[feature] = Infinity
        box.missing[feature] = 1
      }
      yield row
    }
}

const coverageOf = (tree: Tree, box: Box): Coverage => {
  const open = new Int32Array(tree.left.length)
  const visit = (node: number): number => {
    if (tree.left[node] === -1) return (open[node] = 1)
    const feature = tree.feature[node]!
    const [least, end, missing] = [box.least[feature]!, box.end[feature]!, box.missing[feature]!]
    let below = 0
    for (const goesLeft of [true, false]) {
      narrow(box, tree, [node, goesLeft])
      if (isOpen(box, feature)) below += visit(goesLeft ? tree.left[node]! : tree.right[node]!)
      box.least[feature] = least
      box.end[feature] = end
      box.missing[feature] = missing
    }
    return (open[node] = below)
  }
  visit(0)
  return { tree, open }
}

/** Leads the box to a leaf that is still to be reached, where it can. */
const reachOne = ({ tree, open }: Coverage, box: Box, asked: Set<number>): void => {
  if (open[0] === 0) return
  const path = [0]
  let node = 0
  while (tree.left[node] !== -1) {
    const feature = tree.feature[node]!
    const [left, right] = [tree.left[node]!, tree.right[node]!]
    const goesLeft = isBetter(open, {
      left,
      right,
      leftOpen: allows(box, tree, [node, true]),
      rightOpen: allows(box, tree, [node, false]),
    })
    if (goesLeft === undefined) return
    narrow(box, tree, [node, goesLeft])
    asked.add(feature)
    node = goesLeft ? left : right
    path.push(node)
  }
  for (const passed of path) open[passed]! -= 1
}

/** Whether to go left; undefined where neither way leads to a leaf that is still to be reached. */
const isBetter = (
  open: Int32Array,
  {
    left,
    right,
    leftOpen,
    rightOpen,
  }: { left: number; right: number; leftOpen: boolean; rightOpen: boolean },
): boolean | undefined => {
  const [below, beside] = [leftOpen ? open[left]! : 0, rightOpen ? open[right]! : 0]
  return below === 0 && beside === 0 ? undefined : below >= beside
}

const narrow = (box: Box, { feature, threshold, defaultLeft }: Tree, [node, goesLeft]: Way): void => {
  const at = feature[node]!
  if (goesLeft) box.end[at] = Math.min(box.end[at]!, threshold[node]!)
  else box.least[at] = Math.max(box.least[at]!, threshold[node]!)
  if ((defaultLeft[node] === 1) !== goesLeft) box.missing[at] = 0
}

const allows = (box: Box, { feature, threshold, defaultLeft }: Tree, [node, goesLeft]: Way): boolean => {
  const at = feature[node]!
  if (box.missing[at] === 1 && (defaultLeft[node] === 1) === goesLeft) return true
  const [least, end] = [box.least[at]!, box.end[at]!]
  return goesLeft ? least < Math.min(end, threshold[node]!) : Math.max(least, threshold[node]!) < end
}

const isOpen = ({ least, end, missing }: Box, feature: number): boolean =>
  missing[feature] === 1 || least[feature]! < end[feature]!

/** The first value of the box, its last one, one between, or none. */
const valueIn = ({ least, end, missing }: Box, feature: number, random: () => number): number => {
  const [first, beyond] = [least[feature]!, end[feature]!]
  const choice = random() * 4
  if (!(first < beyond) || (missing[feature] === 1 && choice < 1)) return Number.NaN
  if (choice < 2 && first > -greatestFloat) return first
  if (choice < 3 && beyond < Infinity) return nextFloat(beyond, false)
  const between = Math.fround(first / 2 + Math.min(beyond, greatestFloat) / 2)
  return between >= first && between < beyond ? between : first
}
