const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
// The first byte of 1 is 1 where the lower word of a double comes first.
const low = 1 - new Uint8Array(new Uint32Array([1]).buffer)[0]!
const high = 1 - low

/**
 * The smallest number that shares a cell with a number. In the order-preserving 64-bit form of a double (its bits where
 * it is positive, their complement where it is negative) the `shift` lowest bits are cut off.
 *
 * @param value finite
 * @param shift 0 to 63
 */
export function lowerEdge(value: number, shift: number): number {
  // Adding 0 makes -0 the 0 that it equals.
  double[0] = value + 0
  const lowMask = shift >= 32 ? 0 : (0xffffffff << shift) >>> 0
  const highMask = shift <= 32 ? 0xffffffff : (0xffffffff << (shift - 32)) >>> 0
  if (words[high]! < 0x80000000) {
    words[low] = words[low]! & lowMask
    words[high] = words[high]! & highMask
    return double[0]
  }
  words[low] = words[low]! | ~lowMask
  words[high] = words[high]! | ~highMask
  // Beyond the largest number lie infinity and what is no number.
  return Number.isFinite(double[0]) ? double[0] : -Number.MAX_VALUE
}

/** The smallest number above the cell that begins at an edge; infinite for the last. */
export function upperEdge(edge: number, shift: number): number {
  double[0] = edge + 0
  if (words[high]! < 0x80000000) {
    add(shift, 1)
    if (words[high]! >= 0x80000000) return Infinity
  } else {
    // Down to the cell's largest number, then one further towards 0.
    const lowMask = shift >= 32 ? 0 : (0xffffffff << shift) >>> 0
    const highMask = shift <= 32 ? 0xffffffff : (0xffffffff << (shift - 32)) >>> 0
    words[low] = words[low]! & lowMask
    words[high] = words[high]! & (highMask | 0x80000000)
    // A cell of the smallest magnitudes ends at 0.
    if (words[low] === 0 && words[high] === 0x80000000) return 0
    add(0, -1)
  }
  return Number.isFinite(double[0]) ? double[0] + 0 : Infinity
}

function add(shift: number, sign: 1 | -1): void {
  if (shift >= 32) {
    words[high] = words[high]! + sign * 2 ** (shift - 32)
    return
  }
  const sum = words[low]! + sign * 2 ** shift
  words[low] = sum
  if (sum > 0xffffffff) words[high] = words[high]! + 1
  else if (sum < 0) words[high] = words[high]! - 1
}
