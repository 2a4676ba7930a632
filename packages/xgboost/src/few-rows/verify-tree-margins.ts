import type { TreeEnsemble } from '../trees.ts'
import { leafRows } from './leaf-rows.ts'
import { greatestFloat, nextFloat, uniform } from './random.ts'
import { createTreeMargins } from './tree-margins.ts'

/** Rows that are compared at once. */
const rowsAtOnce = 256
/** Seed of the probe rows. */
const probeSeed = 1
/** Rows times trees that are compared at most: about a second of work. */
const mostWork = 2 ** 22

/** Margins of rows: row-major `x`, length rows x features, to length rows. */
export type Margins = (x: Float32Array, rows: number) => Float32Array

/**
 * Makes the margins of a model from its trees, provided that they have the bits of the library's.
 *
 * What the library does is fixed (32-bit sums that begin at the base margin and follow the order of the trees; so do
 * 1.7.5, 3.0.5, 3.1.3 and 3.2.0) but not promised. So both answer {@link rowsAtOnce} rows around the model's own
 * thresholds and then rows that reach every leaf, and every bit must be the same, the sign of zero included. The base
 * margin is not found by comparison, which large leaves would hide: it is the one that `Booster.trees` asks the library
 * for.
 *
 * @param ensemble the model's trees, from `Booster.trees`
 * @param native the library's margins of the same model
 * @returns undefined when a bit differs, the trees cannot be laid out, or their leaves are too many to be reached
 */
export function verifyTreeMargins(ensemble: TreeEnsemble, native: Margins): Margins | undefined {
  const trees = createTreeMargins(ensemble)
  if (trees === undefined) return undefined
  const base = Math.fround(ensemble.baseMargins[0]!)
  const own: Margins = (x, rows) => trees.margins(x, rows, base)
  const { features } = ensemble
  const random = uniform(probeSeed)
  const fill = filler(ensemble, random)
  const x = new Float32Array(rowsAtOnce * features)
  const same = (rows: number): boolean => {
    const probe = x.subarray(0, rows * features)
    const wanted = native(probe, rows)
    return own(probe, rows).every((margin, row) => Object.is(margin, wanted[row]))
  }
  for (let row = 0; row < rowsAtOnce; row++) fill(x.subarray(row * features, (row + 1) * features))
  if (!same(rowsAtOnce)) return undefined
  let [rows, work] = [0, 0]
  for (const row of leafRows(ensemble, fill, random)) {
    x.set(row, rows * features)
    rows += 1
    work += ensemble.trees.length
    if (work > mostWork) return undefined
    if (rows < rowsAtOnce) continue
    if (!same(rows)) return undefined
    rows = 0
  }
  return rows === 0 || same(rows) ? own : undefined
}

/** Fills a row with thresholds of its features, values beside them and around them, missing ones, 0 and very large ones. */
function filler({ trees, features }: TreeEnsemble, random: () => number): (row: Float32Array) => void {
  const thresholds = Array.from({ length: features }, (): number[] => [])
  for (const { left, feature, threshold } of trees) {
    left.forEach((child, node) => {
      if (child !== -1) thresholds[feature[node]!]!.push(threshold[node]!)
    })
  }
  const asked = [...thresholds.keys()].filter((feature) => thresholds[feature]!.length > 0)
  const spreads = asked.map((feature) => spreadOf(thresholds[feature]!))
  return (row) => {
    asked.forEach((feature, index) => {
      const own = thresholds[feature]!
      const value = probeCell(random, own[Math.floor(random() * own.length)]!, spreads[index]!)
      row[feature] = Math.abs(value) > greatestFloat ? Math.sign(value) * greatestFloat : value
    })
  }
}

function probeCell(random: () => number, threshold: number, spread: number): number {
  const kind = Math.floor(random() * 16)
  if (kind < 6) return threshold + spread * (2 * (random() + random() + random()) - 3)
  if (kind < 9) return threshold
  if (kind < 11) return nextFloat(threshold, kind === 9)
  if (kind < 14) return Number.NaN
  if (kind === 14) return 0
  return random() < 0.5 ? greatestFloat : -greatestFloat
}

/** A quarter of the range of the values, or 1 when they are all the same. */
function spreadOf(values: readonly number[]): number {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return most > least ? (most - least) / 4 : 1
}
