/** The greatest finite 32-bit number. */
export const greatestFloat: number = (2 - 2 ** -23) * 2 ** 127
const leastFloat = 2 ** -149

/** Numbers from 0 to 1 of a 32-bit counter that is mixed (splitmix32). */
export function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** The 32-bit number after or before a finite one. */
export function nextFloat(value: number, up: boolean): number {
  if (value === 0) return up ? leastFloat : -leastFloat
  const cell = Float32Array.of(value)
  const bits = new Int32Array(cell.buffer)
  bits[0]! += value > 0 === up ? 1 : -1
  return cell[0]!
}
