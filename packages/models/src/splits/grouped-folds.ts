import { ClaimsError } from '@claims/contracts'
import type { Random } from '@claims/frame'
import { requireBothClasses, requireLength } from '../training-data.ts'
import { requireFolds, tooFew } from './split.ts'

// Taken from Math once: a lookup of a global in the inner loop is slow in contexts that intercept globals.
const { max, sqrt } = Math

/**
 * Folds that no group straddles, each with about the same share of both classes.
 *
 * @param target 0 or 1, length rows
 * @param groups length rows; a negative number means that the group is not known, and the row stands alone
 * @param options folds: 2 or more; random: order of groups of equal weight
 * @returns the fold of each row, length rows
 * @throws ClaimsError `too_few_positives` when fewer groups hold a class than there are folds, `label_single_class`,
 *   `length_mismatch`, `label_invalid`, `invalid_parameter`
 */
export function groupedFolds(
  target: Uint8Array,
  groups: Int32Array,
  options: { readonly folds: number; readonly random: Random },
): Int32Array {
  requireFolds(options.folds)
  const foldOf = dealGroups(target, groups, { parts: options.folds, random: options.random })
  requireFullFolds(target, foldOf, options.folds)
  // The part that is dealt to first gets the most uneven groups, so a name of its own would tell the folds apart.
  const nameOf = options.random.permutation(options.folds)
  return foldOf.map((part) => nameOf[part]!)
}

/** @throws ClaimsError `too_few_positives` when a fold lacks a class */
function requireFullFolds(target: Uint8Array, foldOf: Int32Array, folds: number): void {
  const holds = new Uint8Array(2 * folds)
  for (let row = 0; row < target.length; row++) holds[2 * foldOf[row]! + target[row]!] = 1
  if (holds.every((held) => held === 1)) return
  const positives = target.reduce((sum, label) => sum + label, 0)
  throw new ClaimsError(
    'too_few_positives',
    `The groups with ${String(positives)} rows of label 1 cannot be divided so that each of ${String(folds)} folds holds both classes`,
    {
      problems: [
        {
          field: 'groups',
          problem: `with ${String(positives)} rows of label 1 cannot fill ${String(folds)} folds`,
          allowed: 'more positive rows, fewer folds, or smaller groups',
        },
      ],
    },
  )
}

/**
 * Deals whole groups to parts of equal size, those with the most uneven class counts first, each to the part that leaves
 * the class counts least spread (the greedy rule of scikit-learn's StratifiedGroupKFold). The parts are alike because
 * they are equal; parts of unequal size would get groups of different kinds.
 *
 * @param target 0 or 1, length rows
 * @param groups length rows, negative for a row that stands alone
 * @param options parts: 2 or more
 * @returns the part of each row, length rows
 * @throws as {@link groupedFolds}
 */
export function dealGroups(
  target: Uint8Array,
  groups: Int32Array,
  options: { readonly parts: number; readonly random: Random },
): Int32Array {
  requireLength('groups', groups.length, target.length)
  const positives = requireBothClasses(target)
  const negatives = target.length - positives
  const { parts, random } = options
  const { indexOf, counts } = countGroups(target, groups)
  const number = counts[0].length
  for (const label of [0, 1] as const) {
    const holding = counts[label].reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
    if (holding < parts) throw tooFew(`groups with rows of label ${label}`, holding, parts)
  }
  const unevenness = (group: number): number => Math.abs(counts[1][group]! - counts[0][group]!)
  const order = random.permutation(number).sort((a, b) => unevenness(b) - unevenness(a))
  const filled = Array.from({ length: parts }, () => [0, 0] as [number, number])
  const partOf = new Int32Array(number)
  const unit = [1 / negatives, 1 / positives] as const
  for (const group of order) {
    const adds = [counts[0][group]!, counts[1][group]!] as const
    let best = -1
    let bestSpread = Infinity
    let bestRows = Infinity
    for (let part = 0; part < parts; part++) {
      const spread = spreadWith(filled, unit, { part, adds })
      const rows = filled[part]![0] + filled[part]![1]
      if (spread < bestSpread - 1e-12 || (spread < bestSpread + 1e-12 && rows < bestRows)) {
        best = part
        bestSpread = spread
        bestRows = rows
      }
    }
    partOf[group] = best
    filled[best]![0] += adds[0]
    filled[best]![1] += adds[1]
  }
  return indexOf.map((group) => partOf[group]!)
}

function spreadWith(
  filled: readonly (readonly [number, number])[],
  unit: readonly [number, number],
  move: { readonly part: number; readonly adds: readonly [number, number] },
): number {
  let spread = 0
  for (const label of [0, 1] as const) {
    let sum = 0
    let squares = 0
    for (let part = 0; part < filled.length; part++) {
      const count = filled[part]![label] + (part === move.part ? move.adds[label] : 0)
      const level = count * unit[label]
      sum += level
      squares += level * level
    }
    const mean = sum / filled.length
    spread += sqrt(max(0, squares / filled.length - mean * mean))
  }
  return spread
}

function countGroups(
  target: Uint8Array,
  groups: Int32Array,
): { readonly indexOf: Int32Array; readonly counts: readonly [number[], number[]] } {
  const indices = new Map<number, number>()
  const indexOf = new Int32Array(groups.length)
  const counts: [number[], number[]] = [[], []]
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    let index = group < 0 ? undefined : indices.get(group)
    if (index === undefined) {
      index = counts[0].length
      counts[0].push(0)
      counts[1].push(0)
      if (group >= 0) indices.set(group, index)
    }
    indexOf[row] = index
    const ofLabel = counts[target[row] === 1 ? 1 : 0]
    ofLabel[index] = ofLabel[index]! + 1
  }
  return { indexOf, counts }
}
