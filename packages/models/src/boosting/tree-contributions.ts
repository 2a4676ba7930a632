import type { Tree, TreeEnsemble } from '@claims/xgboost'
import { createLeafScratch, leafContributions, type LeafScratch } from './agreement-table.ts'
import { groupSplits, groupTree, type DecisionGroup, type GroupedTree } from './decision-groups.ts'

/** Tables of a model may take so many bytes. */
const greatestTableBytes = 64 * 2 ** 20
/** Bits of a table's index: features on a path and decisions of a group. */
const greatestIndexBits = 14
/** Rows that pass through one tree before the next tree's tables are read. */
const blockRows = 64

/** Exact path-dependent Shapley values of a tree model by table. */
export interface TreeContributions {
  /** Memory of the tables. */
  readonly tableBytes: number
  /**
   * Shapley values per row. A row gets the same bits alone and in any batch.
   *
   * @param x row-major, length rows x features, NaN = missing
   * @param rows number of rows
   * @returns length rows x (features + 1), on the margin's scale; the last place is the base value (the margin before
   *   any tree plus the trees' mean leaf values by training cover), so that a row's values sum to its margin
   */
  values(x: Float32Array, rows: number): Float64Array
}

/**
 * Prepares the Shapley values of a model (path-dependent TreeSHAP, Lundberg et al. 2018, as XGBoost's `pred_contribs`).
 *
 * Each tree is cut into subtrees of up to three splits. A subtree's leaves can only be reached by rows that agree with
 * the path to it, so what they add depends on few bits: which features of that path the row agrees with, and the
 * subtree's own decisions. For each combination the sum of the leaves' Shapley values is laid down in a table. A row then
 * costs one comparison per split, and one addition per subtree and feature.
 *
 * @param ensemble a model with one output
 * @returns undefined when the tables would exceed 64 MB (about 300 full trees of depth 7) or a cover or threshold is not
 *   usable; this depends on the model alone
 */
export function createTreeContributions(ensemble: TreeEnsemble): TreeContributions | undefined {
  const { features, trees, baseMargins } = ensemble
  if (baseMargins.length !== 1 || !Number.isFinite(baseMargins[0]) || !trees.every(isUsable)) return undefined
  const grouped: GroupedTree[] = []
  let cells = 0
  for (const tree of trees) {
    const own = groupTree(tree)
    grouped.push(own)
    for (const group of own.groups)
      cells += indexBits(group) > greatestIndexBits ? Infinity : tableLength(group)
    if (cells * Float32Array.BYTES_PER_ELEMENT > greatestTableBytes) return undefined
  }
  const plan = layOut(ensemble, grouped)
  const base = grouped.reduce((sum, { expected }) => sum + expected, baseMargins[0]!)
  return {
    tableBytes: plan.table.byteLength,
    values: (x, rows) => {
      const values = new Float64Array(rows * (features + 1))
      for (let row = 0; row < rows; row++) values[row * (features + 1) + features] = base
      for (let from = 0; from < rows; from += blockRows) {
        addContributions(plan, x, { from, to: Math.min(rows, from + blockRows), features, values })
      }
      return values
    },
  }
}

function isUsable(tree: Tree): boolean {
  return tree.left.every(
    (left, node) =>
      left === -1 ||
      (Number.isFinite(tree.threshold[node]) &&
        tree.cover[node]! > 0 &&
        tree.cover[left]! >= 0 &&
        tree.cover[tree.right[node]!]! >= 0 &&
        tree.cover[node]! < Infinity),
  )
}

/** All trees in flat arrays. `cells` are places in a row that holds each value twice: see {@link widenRows}. */
interface Plan {
  readonly upperStart: Int32Array
  readonly upperCell: Int32Array
  readonly upperThreshold: Float64Array
  /** Bit that the split introduces (0 when the feature came before), and the bit of its feature. */
  readonly upperFirst: Int32Array
  readonly upperBit: Int32Array
  /** Slots of the split and of its children. */
  readonly upperSlot: Int32Array
  readonly upperLeft: Int32Array
  readonly upperRight: Int32Array
  readonly groupStart: Int32Array
  readonly groupSlot: Int32Array
  readonly groupShift: Int32Array
  /** {@link groupSplits} places per group; a place without a split compares with -Infinity, which is never less. */
  readonly groupCell: Int32Array
  readonly groupThreshold: Float64Array
  readonly groupTable: Int32Array
  /** Where the group's features begin in `columns`, and, one place on, where they end. */
  readonly groupColumns: Int32Array
  readonly columns: Int32Array
  /** Computed with 64 bits, kept with 32: half the memory to wait for, and the library computes with 32. */
  readonly table: Float32Array
  readonly slots: Int32Array
  /** Of each group of one tree: its row of the table, and that row's first value. */
  readonly places: Int32Array
  readonly firsts: Float32Array
  readonly wide: Float64Array
}

function layOut({ features, trees }: TreeEnsemble, grouped: readonly GroupedTree[]): Plan {
  const kept = grouped.map(({ groups }) => groups.filter(contributes))
  const groups = kept.flat()
  const bits = groups.reduce((most, group) => Math.max(most, indexBits(group)), 0)
  const upper = grouped.flatMap((tree, t) => tree.upper.map((split) => ({ split, tree: trees[t]! })))
  const cellOf = (tree: Tree, node: number): number =>
    tree.feature[node]! + (tree.defaultLeft[node] === 1 ? 0 : features)
  const mostGroups = kept.reduce((most, own) => Math.max(most, own.length), 0)
  const plan: Plan = {
    upperStart: offsets(grouped.map((tree) => tree.upper.length)),
    upperCell: Int32Array.from(upper, ({ split, tree }) => cellOf(tree, split.node)),
    upperThreshold: Float64Array.from(upper, ({ split, tree }) => tree.threshold[split.node]!),
    upperFirst: Int32Array.from(upper, ({ split }) => (split.first ? 1 << split.place : 0)),
    upperBit: Int32Array.from(upper, ({ split }) => 1 << split.place),
    upperSlot: Int32Array.from(upper, ({ split }) => split.slot),
    upperLeft: Int32Array.from(upper, ({ split }) => split.left),
    upperRight: Int32Array.from(upper, ({ split }) => split.right),
    groupStart: offsets(kept.map((own) => own.length)),
    groupSlot: Int32Array.from(groups, ({ slot }) => slot),
    groupShift: Int32Array.from(groups, ({ pathFeatures }) => pathFeatures),
    groupCell: new Int32Array(groups.length * groupSplits),
    groupThreshold: new Float64Array(groups.length * groupSplits).fill(-Infinity),
    groupTable: offsets(groups.map(tableLength)),
    groupColumns: offsets(groups.map((group) => group.features.length)),
    columns: Int32Array.from(groups.flatMap((group) => group.features)),
    table: new Float32Array(groups.reduce((sum, group) => sum + tableLength(group), 0)),
    places: new Int32Array(mostGroups),
    firsts: new Float32Array(mostGroups),
    slots: new Int32Array(grouped.reduce((most, { slots }) => Math.max(most, slots), 1)),
    wide: new Float64Array(blockRows * 2 * features),
  }
  const scratch = createLeafScratch(bits)
  const sums = new Float64Array(groups.reduce((most, group) => Math.max(most, tableLength(group)), 0))
  let at = 0
  kept.forEach((own, t) => {
    for (const group of own) {
      group.splits.forEach((node, k) => {
        plan.groupCell[at * groupSplits + k] = cellOf(trees[t]!, node)
        plan.groupThreshold[at * groupSplits + k] = trees[t]!.threshold[node]!
      })
      const [from, to] = [plan.groupTable[at]!, plan.groupTable[at + 1]!]
      sums.fill(0, 0, to - from)
      fillTable(sums, group, scratch)
      for (let i = from; i < to; i++) plan.table[i] = sums[i - from]!
      at++
    }
  })
  return plan
}

const contributes = ({ features, leaves }: DecisionGroup): boolean =>
  features.length > 0 && leaves.some(({ value }) => value !== 0)

const indexBits = ({ pathFeatures, splits }: DecisionGroup): number => pathFeatures + splits.length

const tableLength = (group: DecisionGroup): number => 2 ** indexBits(group) * group.features.length

/** Where each part begins and, at the end, the length of all. */
function offsets(lengths: readonly number[]): Int32Array {
  const starts = new Int32Array(lengths.length + 1)
  lengths.forEach((length, i) => {
    starts[i + 1] = starts[i]! + length
  })
  return starts
}

/** Adds each leaf's values to the rows of the table at whose index it is reached or missed in the same way. */
function fillTable(table: Float64Array, group: DecisionGroup, scratch: LeafScratch): void {
  const { pathFeatures, features, splits, leaves } = group
  const width = features.length
  const pathMasks = 1 << pathFeatures
  for (const { value, fractions, columns, steps } of leaves) {
    if (value === 0) continue
    const own = leafContributions(value, fractions, scratch)
    const d = fractions.length
    const all = (1 << d) - 1
    for (let decisions = 0; decisions < 1 << splits.length; decisions++) {
      let agreed = all
      for (const { split, place, left } of steps) {
        if (((decisions >> split) & 1) !== (left ? 1 : 0)) agreed &= ~(1 << place)
      }
      for (let path = 0; path < pathMasks; path++) {
        const from = ((path | (all & -pathMasks)) & agreed) * d
        const to = ((decisions << pathFeatures) | path) * width
        for (let i = 0; i < d; i++) table[to + columns[i]!]! += own[from + i]!
      }
    }
  }
}

interface Block {
  readonly from: number
  readonly to: number
  readonly features: number
  readonly values: Float64Array
}

/**
 * Adds a block of rows, tree by tree: every cell of `values` gets its parts in one order, whatever the block.
 *
 * Most of the time goes into wrongly predicted branches and waiting for memory. Hence comparisons become numbers, not
 * branches, and all of a tree's table rows are touched, so that they come from memory together, before any is added.
 */
function addContributions(plan: Plan, x: Float32Array, { from, to, features, values }: Block): void {
  const { upperStart, upperCell, upperThreshold, upperFirst, upperBit, upperSlot, upperLeft, upperRight } =
    plan
  const { groupStart, groupSlot, groupShift, groupCell, groupThreshold, groupTable, groupColumns } = plan
  const { columns, table, slots, places, firsts, wide } = plan
  const width = 2 * features
  widenRows(x.subarray(from * features, to * features), features, wide)
  const trees = upperStart.length - 1
  for (let tree = 0; tree < trees; tree++) {
    const [upperFrom, upperTo] = [upperStart[tree]!, upperStart[tree + 1]!]
    const [groupFrom, groupTo] = [groupStart[tree]!, groupStart[tree + 1]!]
    for (let row = from; row < to; row++) {
      const cell = (row - from) * width
      slots[0] = 0
      for (let u = upperFrom; u < upperTo; u++) {
        const bit = upperBit[u]!
        const agreed = slots[upperSlot[u]!]! | upperFirst[u]!
        const right = Number(wide[cell + upperCell[u]!]! < upperThreshold[u]!) - 1
        slots[upperLeft[u]!] = agreed & ~(right & bit)
        slots[upperRight[u]!] = agreed & (right | ~bit)
      }
      const out = row * (features + 1)
      for (let g = groupFrom; g < groupTo; g++) {
        const k = g * groupSplits
        const a = Number(wide[cell + groupCell[k]!]! < groupThreshold[k]!)
        const b = Number(wide[cell + groupCell[k + 1]!]! < groupThreshold[k + 1]!) << 1
        const c = Number(wide[cell + groupCell[k + 2]!]! < groupThreshold[k + 2]!) << 2
        const index = slots[groupSlot[g]!]! | ((a | b | c) << groupShift[g]!)
        const at = groupTable[g]! + index * (groupColumns[g + 1]! - groupColumns[g]!)
        places[g - groupFrom] = at
        firsts[g - groupFrom] = table[at]!
      }
      for (let g = groupFrom; g < groupTo; g++) {
        const at = places[g - groupFrom]!
        const first = groupColumns[g]!
        const count = groupColumns[g + 1]! - first
        values[out + columns[first]!]! += firsts[g - groupFrom]!
        for (let i = 1; i < count; i++) values[out + columns[first + i]!]! += table[at + i]!
      }
    }
  }
}

/** Each value twice: a missing one is first -Infinity, less than any threshold, then Infinity, less than none. */
function widenRows(x: Float32Array, features: number, wide: Float64Array): void {
  for (let at = 0, to = 0; at < x.length; to += features) {
    for (let j = 0; j < features; j++, at++, to++) {
      const value = x[at]!
      const missing = value !== value
      wide[to] = missing ? -Infinity : value
      wide[to + features] = missing ? Infinity : value
    }
  }
}
