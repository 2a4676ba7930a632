import type { TreeEnsemble } from '../trees.ts'
import { createTreeMargins } from './tree-margins.ts'

/** Rows on which trees and library are compared. */
const probeRows = 256
/** Seed of the probe rows. */
const probeSeed = 1
const greatestFloat = (2 - 2 ** -23) * 2 ** 127
const leastFloat = 2 ** -149

/** Margins of rows: row-major `x`, length rows x features, to length rows. */
export type Margins = (x: Float32Array, rows: number) => Float32Array

/**
 * Makes the margins of a model from its trees, provided that they have the bits of the library's.
 *
 * What the library does is fixed (32-bit sums that begin at the base margin and follow the order of the trees; so do
 * 1.7.5, 3.0.5, 3.1.3 and 3.2.0) but not promised, and its base margin depends on the machine's logarithm in the last
 * bit. So both answer {@link probeRows} rows around the model's own thresholds, and every bit must be the same.
 *
 * @param ensemble the model's trees
 * @param native the library's margins of the same model
 * @returns undefined when a bit differs or the trees cannot be laid out
 */
export function verifyTreeMargins(ensemble: TreeEnsemble, native: Margins): Margins | undefined {
  const trees = createTreeMargins(ensemble)
  if (trees === undefined) return undefined
  const probe = probeOf(ensemble)
  const wanted = native(probe, probeRows)
  const base = baseMarginsNear(ensemble.baseMargins[0]!).find((candidate) =>
    trees.margins(probe, probeRows, candidate).every((margin, row) => margin === wanted[row]),
  )
  if (base === undefined) return undefined
  return (x, rows) => trees.margins(x, rows, base)
}

/** -log(1 / p - 1), the margin of the base score p, as 32-bit arithmetic gets it, and its two neighbours. */
function baseMarginsNear(baseMargin: number): number[] {
  const score = Math.fround(1 / (1 + Math.exp(-baseMargin)))
  const base = -Math.fround(Math.log(Math.fround(Math.fround(1 / score) - 1)))
  return [base, nextFloat(base, true), nextFloat(base, false)]
}

/** The 32-bit number after or before a finite one. */
function nextFloat(value: number, up: boolean): number {
  if (value === 0) return up ? leastFloat : -leastFloat
  const cell = Float32Array.of(value)
  const bits = new Int32Array(cell.buffer)
  bits[0]! += value > 0 === up ? 1 : -1
  return cell[0]!
}

/** Rows of thresholds of their feature, values beside them and around them, missing ones, 0 and very large ones. */
function probeOf({ trees, features }: TreeEnsemble): Float32Array {
  const random = uniform(probeSeed)
  const thresholds = Array.from({ length: features }, (): number[] => [])
  for (const { left, feature, threshold } of trees) {
    left.forEach((child, node) => {
      if (child !== -1) thresholds[feature[node]!]!.push(threshold[node]!)
    })
  }
  const probe = new Float32Array(probeRows * features)
  thresholds.forEach((own, feature) => {
    if (own.length === 0) return
    const spread = spreadOf(own)
    for (let at = feature; at < probe.length; at += features) {
      const value = probeCell(random, own[Math.floor(random() * own.length)]!, spread)
      probe[at] = Math.abs(value) > greatestFloat ? Math.sign(value) * greatestFloat : value
    }
  })
  return probe
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

/** Numbers from 0 to 1 of a 32-bit counter that is mixed (splitmix32). */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
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
