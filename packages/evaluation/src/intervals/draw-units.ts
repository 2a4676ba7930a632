import type { Random } from '@claims/frame'

// Taken from Math once: a lookup of a global in the inner loop is slow in contexts that intercept globals.
const { trunc } = Math

/**
 * Draws whole units (rows, or groups of rows) with replacement, as many as there are.
 *
 * @param random where from
 * @param count units that are drawn from
 * @returns draws the units of one resample, each 0 ... count - 1; every call fills the same array
 * @example
 * const draw = unitDrawer(random, units.count)
 * const drawn = draw()
 * for (let i = 0; i < drawn.length; i++) sum += sums[drawn[i]!]!
 */
export function unitDrawer(random: Random, count: number): () => Uint32Array {
  const drawn = new Uint32Array(count)
  const scale = count / 4294967296
  return () => {
    for (let i = 0; i < count; i++) drawn[i] = trunc(random.uint32() * scale)
    return drawn
  }
}
