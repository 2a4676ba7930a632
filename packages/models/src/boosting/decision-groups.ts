import type { Tree } from '@claims/xgboost'

/** The most splits that a group decides together. */
export const groupSplits = 3

/** A split above the groups. */
interface UpperSplit {
  readonly node: number
  /** Its path feature's place among the features of the paths below it. */
  readonly place: number
  /** Whether no split above it asks the same feature. */
  readonly first: boolean
  readonly slot: number
  /** Slots of its children: those of later splits, or of groups. */
  readonly left: number
  readonly right: number
}

/** A leaf of a group: what must be decided how to reach it. */
interface GroupLeaf {
  readonly value: number
  /** Share of training cover per feature: those of the group's path, then those that only the group asks. */
  readonly fractions: readonly number[]
  /** Column of the group's table per feature. */
  readonly columns: readonly number[]
  /** Per decision of the group on the way: its number, the feature's place in `fractions`, whether left. */
  readonly steps: readonly { readonly split: number; readonly place: number; readonly left: boolean }[]
}

/** A subtree of at most {@link groupSplits} splits, the leaves of which share one table. */
export interface DecisionGroup {
  readonly slot: number
  /** Different features on the path to the group. */
  readonly pathFeatures: number
  readonly splits: readonly number[]
  /** Different features on the path and in the group, in the order of the table's columns. */
  readonly features: readonly number[]
  readonly leaves: readonly GroupLeaf[]
}

/** A tree cut into upper splits, parents first, and groups. Slot 0 is the root's. */
export interface GroupedTree {
  readonly upper: readonly UpperSplit[]
  readonly groups: readonly DecisionGroup[]
  readonly slots: number
  /** Mean leaf value, by training cover. */
  readonly expected: number
}

interface Path {
  readonly features: readonly number[]
  readonly fractions: readonly number[]
}

/**
 * Cuts a tree into its upper splits and the greatest subtrees of at most {@link groupSplits} splits.
 *
 * @param tree a tree whose splits all have a cover above 0
 */
export function groupTree(tree: Tree): GroupedTree {
  const splitsBelow = countSplits(tree)
  const upper: UpperSplit[] = []
  const groups: DecisionGroup[] = []
  let slots = 1
  const place = (node: number, slot: number, path: Path): void => {
    if (splitsBelow[node]! <= groupSplits) {
      groups.push(groupOf(tree, node, { slot, path }))
      return
    }
    const feature = tree.feature[node]!
    const known = path.features.indexOf(feature)
    const [left, right] = [slots, slots + 1]
    slots += 2
    const first = known < 0
    upper.push({ node, place: first ? path.features.length : known, first, slot, left, right })
    place(tree.left[node]!, left, extend(path, feature, share(tree, node, tree.left[node]!)))
    place(tree.right[node]!, right, extend(path, feature, share(tree, node, tree.right[node]!)))
  }
  place(0, 0, { features: [], fractions: [] })
  return { upper, groups, slots, expected: expectedValue(tree, 0) }
}

function countSplits(tree: Tree): Int32Array {
  const counts = new Int32Array(tree.left.length)
  const order = [0]
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!
    if (tree.left[node] !== -1) order.push(tree.left[node]!, tree.right[node]!)
  }
  for (const node of order.reverse()) {
    if (tree.left[node] !== -1) {
      counts[node] = 1 + counts[tree.left[node]!]! + counts[tree.right[node]!]!
    }
  }
  return counts
}

function groupOf(
  tree: Tree,
  root: number,
  { slot, path }: { readonly slot: number; readonly path: Path },
): DecisionGroup {
  const splits: number[] = []
  const features = [...path.features]
  const leaves: GroupLeaf[] = []
  const visit = (node: number, own: Path, steps: GroupLeaf['steps']): void => {
    if (tree.left[node] === -1) {
      const columns = own.features.map((feature) => features.indexOf(feature))
      leaves.push({ value: tree.value[node]!, fractions: own.fractions, columns, steps })
      return
    }
    const feature = tree.feature[node]!
    const split = splits.push(node) - 1
    if (!features.includes(feature)) features.push(feature)
    for (const left of [true, false]) {
      const child = left ? tree.left[node]! : tree.right[node]!
      const next = extend(own, feature, share(tree, node, child))
      visit(child, next, [...steps, { split, place: next.features.indexOf(feature), left }])
    }
  }
  visit(root, path, [])
  return { slot, pathFeatures: path.features.length, splits, features, leaves }
}

function extend({ features, fractions }: Path, feature: number, fraction: number): Path {
  const known = features.indexOf(feature)
  if (known < 0) return { features: [...features, feature], fractions: [...fractions, fraction] }
  return { features, fractions: fractions.with(known, fractions[known]! * fraction) }
}

function share(tree: Tree, node: number, child: number): number {
  return tree.cover[child]! / tree.cover[node]!
}

function expectedValue(tree: Tree, node: number): number {
  const [left, right] = [tree.left[node]!, tree.right[node]!]
  if (left === -1) return tree.value[node]!
  return (
    share(tree, node, left) * expectedValue(tree, left) +
    share(tree, node, right) * expectedValue(tree, right)
  )
}
