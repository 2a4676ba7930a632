import type { Random } from '@claims/frame'
import { requireBothClasses, requireLength } from '../training-data.ts'
import { dealGroups } from './grouped-folds.ts'
import { splitBy, tooFew, type Split } from './split.ts'

/** Most parts that the groups are dealt to. */
const mostParts = 20
/** Fewer parts are taken where their share is this near to the wanted one. */
const nearEnough = 0.004
/** A group of more than this many times the wanted test rows is never tested. */
const largest = 1.5

/** Whole groups set aside. */
export interface GroupedHoldOut extends Split {
  /** Groups that are too large to be tested and are learnt from whatever the draw; the test rows cannot speak for them. */
  readonly untestable: number
}

/**
 * Sets whole groups aside. The groups are dealt to parts of EQUAL size that are alike in rows and in rows of each
 * class, and some of the parts are drawn, so that every group has the same chance to be tested. Dealing to two parts of
 * unequal size would balance what the dealing looks at (rows and classes) and bias what it does not.
 *
 * A group with more than 1.5 times the wanted test rows would be a test of itself; it is always learnt from, as long as
 * the other groups can be divided. With few groups the share is the nearest that they allow.
 *
 * @param target 0 or 1, length rows
 * @param groups length rows; a negative number means that the group is not known, and the row stands alone
 * @param options testShare: above 0 and below 1; random: order of dealing and the draw
 * @returns row numbers, ascending; both sides hold both classes
 * @throws ClaimsError `too_few_positives` when fewer than two groups hold a class or no division gives both sides both
 *   classes, `label_single_class`, `length_mismatch`, `label_invalid`
 */
export function groupedHoldOut(
  target: Uint8Array,
  groups: Int32Array,
  options: { readonly testShare: number; readonly random: Random },
): GroupedHoldOut {
  requireLength('groups', groups.length, target.length)
  requireBothClasses(target)
  const { testShare, random } = options
  const wanted = testShare * target.length
  const large = largeGroups(groups, largest * wanted)
  if (large.size > 0) {
    const rows = Uint32Array.from(target.keys()).filter((row) => !large.has(groups[row]!))
    const share = Math.min(0.5, wanted / rows.length)
    const test = drawTest(target, groups, { rows, share, random })
    if (test !== undefined)
      return { ...splitBy(target.length, (row) => test.has(row)), untestable: large.size }
  }
  const rows = Uint32Array.from(target.keys())
  const test = drawTest(target, groups, { rows, share: testShare, random })
  if (test === undefined) throw cannotDivide(target, groups)
  return { ...splitBy(target.length, (row) => test.has(row)), untestable: 0 }
}

/** The test rows, or undefined where the rows cannot be divided so that both sides hold both classes. */
function drawTest(
  target: Uint8Array,
  groups: Int32Array,
  { rows, share, random }: { rows: Uint32Array; share: number; random: Random },
): ReadonlySet<number> | undefined {
  const labels = Uint8Array.from(rows, (row) => target[row]!)
  const of = Int32Array.from(rows, (row) => groups[row]!)
  const holding = Math.min(...([0, 1] as const).map((label) => groupsHolding(labels, of, label)))
  for (let most = Math.min(mostParts, holding); most >= 2;) {
    const { parts, drawn } = partsFor(share, most)
    const dealt = dealGroups(labels, of, { parts, random })
    const order = random.permutation(parts)
    const chosen = new Set(order.subarray(0, drawn))
    const isTest = (place: number): boolean => chosen.has(dealt[place]!)
    if (bothSidesHoldBoth(labels, isTest)) return new Set(rows.filter((_, place) => isTest(place)))
    most = parts - 1
  }
  return undefined
}

/** The number of equal parts, and how many of them to draw, that come nearest to a share. */
function partsFor(share: number, most: number): { parts: number; drawn: number } {
  let best = { parts: 2, drawn: 1 }
  for (let parts = 2; parts <= most; parts++) {
    const drawn = Math.min(parts - 1, Math.max(1, Math.round(share * parts)))
    const nearer = Math.abs(best.drawn / best.parts - share) - Math.abs(drawn / parts - share)
    if (nearer > nearEnough) best = { parts, drawn }
  }
  return best
}

function bothSidesHoldBoth(labels: Uint8Array, isTest: (place: number) => boolean): boolean {
  const seen = [0, 0, 0, 0]
  labels.forEach((label, place) => (seen[2 * Number(isTest(place)) + label] = 1))
  return seen.every((value) => value === 1)
}

function largeGroups(groups: Int32Array, most: number): ReadonlySet<number> {
  const counts = new Map<number, number>()
  for (const group of groups) if (group >= 0) counts.set(group, (counts.get(group) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count > most).map(([group]) => group))
}

function groupsHolding(target: Uint8Array, groups: Int32Array, label: number): number {
  const known = new Set<number>()
  let alone = 0
  for (let row = 0; row < target.length; row++) {
    if (target[row] !== label) continue
    if (groups[row]! < 0) alone++
    else known.add(groups[row]!)
  }
  return known.size + alone
}

function cannotDivide(target: Uint8Array, groups: Int32Array): Error {
  const [zeros, ones] = [groupsHolding(target, groups, 0), groupsHolding(target, groups, 1)]
  const label = ones <= zeros ? 1 : 0
  const count = Math.min(zeros, ones)
  return tooFew(`groups with rows of label ${label}`, count, Math.max(2, count + 1))
}
