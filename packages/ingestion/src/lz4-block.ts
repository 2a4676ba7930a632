/**
 * Decompresses one LZ4 block.
 *
 * @param input the block, without a frame
 * @param length bytes that it must give
 * @returns `length` bytes
 * @throws Error for a damaged block; nothing is read or written beyond the ends
 */
export function decompressLz4Block(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length)
  let from = 0
  let to = 0
  /** A length of 15 goes on in the bytes that follow, up to one that is not 255. */
  const extended = (nibble: number): number => {
    let total = nibble
    if (nibble < 15) return total
    for (;;) {
      const next = input[from++] ?? fail()
      total += next
      if (next < 255) return total
    }
  }
  while (from < input.length) {
    const token = input[from++]!
    const literals = extended(token >> 4)
    if (from + literals > input.length || to + literals > length) fail()
    output.set(input.subarray(from, from + literals), to)
    from += literals
    to += literals
    // The last sequence of a block has literals only.
    if (from === input.length) break
    const low = input[from++] ?? fail()
    const high = input[from++] ?? fail()
    const distance = low | (high << 8)
    const end = to + extended(token & 15) + 4
    if (distance === 0 || distance > to || end > length) fail()
    for (; to < end; to++) output[to] = output[to - distance]!
  }
  if (to !== length) fail()
  return output
}

function fail(): never {
  throw new Error('an LZ4 block is damaged')
}
