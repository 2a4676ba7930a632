import { hashText } from './hash-text.ts'

/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018), its state filled by SplitMix32 from a hash of the
 * seed and of the labels of the splits that led here. A split depends on the labels only, never on how many numbers
 * were drawn, so parallel work gets the same numbers in any order.
 *
 * @example
 * const random = createRandom(42)
 * const fold = random.split('fold-3')
 * fold.next() // the same whatever other streams did
 */
export interface Random {
  /** A whole number, uniform on 0 ... 2^32 - 1. */
  uint32(): number
  /** A number, uniform on [0, 1), with 53 random bits. */
  next(): number
  /** A whole number, uniform on 0 ... below - 1. @param below whole, 1 ... 2^32; @throws TypeError otherwise */
  integer(below: number): number
  /** A standard normal number (polar method of Marsaglia). */
  normal(): number
  /** 0 ... n - 1 in random order (Fisher and Yates). */
  permutation(n: number): Uint32Array
  /** An independent stream, named by `label`. */
  split(label: string | number): Random
}

/** A stream for a seed. @param seed any whole number */
export function createRandom(seed: number): Random {
  return streamOf(String(seed))
}

function streamOf(key: string): Random {
  return randomFromState(stateOf(key), key)
}

/**
 * xoshiro128** from an explicit state.
 *
 * @param state four 32-bit words, not all zero; written to as numbers are drawn
 * @param key names the stream for later splits
 * @throws TypeError when the state is not four words or all of them are zero
 */
export function randomFromState(state: Uint32Array, key: string): Random {
  if (state.length !== 4 || state.every((word) => word === 0))
    throw new TypeError('the state of xoshiro128** is four 32-bit words, not all zero')
  let spare = NaN
  const uint32 = (): number => {
    const s1 = state[1]!
    const scrambled = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
    const t = s1 << 9
    state[2] = state[2]! ^ state[0]!
    state[3] = state[3]! ^ s1
    state[1] = s1 ^ state[2]
    state[0] = state[0]! ^ state[3]
    state[2] = state[2] ^ t
    state[3] = rotateLeft(state[3], 11)
    return scrambled
  }
  const next = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992
  const integer = (below: number): number => {
    if (!Number.isInteger(below) || below < 1 || below > 4294967296)
      throw new TypeError(`below must be a whole number from 1 to 2^32; got ${String(below)}`)
    const limit = 4294967296 - (4294967296 % below)
    let draw = uint32()
    while (draw >= limit) draw = uint32()
    return draw % below
  }
  return {
    uint32,
    next,
    integer,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare
        spare = NaN
        return value
      }
      let u: number, v: number, s: number
      do {
        u = 2 * next() - 1
        v = 2 * next() - 1
        s = u * u + v * v
      } while (s >= 1 || s === 0)
      const factor = Math.sqrt((-2 * Math.log(s)) / s)
      spare = v * factor
      return u * factor
    },
    permutation(n) {
      const order = new Uint32Array(n)
      for (let i = 0; i < n; i++) order[i] = i
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1)
        const swapped = order[i]!
        order[i] = order[j]!
        order[j] = swapped
      }
      return order
    },
    split: (label) => streamOf(`${key}/${String(label).length.toString()}:${String(label)}`),
  }
}

function rotateLeft(x: number, k: number): number {
  return ((x << k) | (x >>> (32 - k))) >>> 0
}

function stateOf(key: string): Uint32Array {
  const hash = hashText(key)
  let second = 0x9747b28c
  for (let i = key.length - 1; i >= 0; i--) second = Math.imul(second ^ key.charCodeAt(i), 0x5bd1e995)
  const state = new Uint32Array(4)
  for (let i = 0; i < 4; i++)
    state[i] = splitMix(hash + Math.imul(i + 1, 0x9e3779b9)) ^ splitMix(second + Math.imul(i + 7, 0x85ebca6b))
  if (state.every((word) => word === 0)) state[0] = 1
  return state
}

function splitMix(x: number): number {
  let z = x | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}
