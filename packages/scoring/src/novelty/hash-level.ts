/** Turns a text into a whole number from 0 below 2^53. */
export type LevelHash = (level: string) => number

/**
 * A keyed hash of levels: two 32-bit lanes over the code units, each finished by multiplications and shifts, of which 53
 * bits are kept. Among a million levels a new one is taken for a known one once in nine billion.
 *
 * @param key 8 hexadecimal digits
 */
export function levelHash(key: string): LevelHash {
  const seed = Number.parseInt(key, 16) | 0
  return (level) => {
    let high = seed ^ 0x3c6ef372
    let low = ~seed ^ 0x1f83d9ab
    for (let i = 0; i < level.length; i++) {
      const unit = level.charCodeAt(i)
      high = Math.imul(high ^ unit, 0x2545f491)
      high = (high << 13) | (high >>> 19)
      low = Math.imul(low + unit, 0x27d4eb2f) ^ (low >>> 15)
    }
    const first = finish(high ^ Math.imul(low, 0x165667b1) ^ level.length)
    const second = finish(low ^ Math.imul(first, 0x5bd1e995))
    return (first >>> 11) * 0x100000000 + (second >>> 0)
  }
}

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return mixed ^ (mixed >>> 15)
}
