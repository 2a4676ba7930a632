/** Distinct byte strings of one buffer, numbered in order of first appearance. */
export class ByteDictionary {
  readonly #bytes: Uint8Array
  #slots = new Int32Array(1024).fill(-1)
  #hashes = new Int32Array(512)
  #starts = new Uint32Array(512)
  #ends = new Uint32Array(512)
  #size = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** How many distinct byte strings were seen. */
  get size(): number {
    return this.#size
  }

  /** First byte of the first appearance of a code. */
  startOf(code: number): number {
    return this.#starts[code]!
  }

  /** After the last byte of the first appearance of a code. */
  endOf(code: number): number {
    return this.#ends[code]!
  }

  /**
   * Codes of the cells of consecutive rows.
   *
   * @param cells offsets as in `DelimitedIndex`
   * @param at where the cell's end of the first row is, and the step to that of the next
   * @param out receives one code per row, from `from` up to but without `to`; -1 for an empty cell
   */
  encode(cells: Uint32Array, at: CellPosition, out: Int32Array): void {
    const bytes = this.#bytes
    const skip = at.field === 0 ? 0 : 1
    for (let row = at.from; row < at.to; row++) {
      const position = row * at.stride + at.field
      const start = cells[position]! + skip
      const end = cells[position + 1]!
      if (end <= start) {
        out[row] = -1
        continue
      }
      let hash = end - start
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
      hash ^= hash >>> 15
      out[row] = this.#find(hash, start, end)
    }
  }

  #find(hash: number, start: number, end: number): number {
    const bytes = this.#bytes
    const slots = this.#slots
    const mask = slots.length - 1
    const length = end - start
    let slot = hash & mask
    for (;;) {
      const code = slots[slot]!
      if (code < 0) {
        this.#slots[slot] = this.#size
        return this.#add(hash, start, end)
      }
      if (this.#hashes[code] === hash) {
        const known = this.#starts[code]!
        if (this.#ends[code]! - known === length) {
          let i = 0
          while (i < length && bytes[known + i] === bytes[start + i]) i++
          if (i === length) return code
        }
      }
      slot = (slot + 1) & mask
    }
  }

  #add(hash: number, start: number, end: number): number {
    const code = this.#size++
    if (code === this.#hashes.length) this.#growEntries()
    this.#hashes[code] = hash
    this.#starts[code] = start
    this.#ends[code] = end
    if (this.#size * 2 > this.#slots.length) this.#growSlots()
    return code
  }

  #growEntries(): void {
    const length = this.#hashes.length * 2
    const hashes = new Int32Array(length)
    const starts = new Uint32Array(length)
    const ends = new Uint32Array(length)
    hashes.set(this.#hashes)
    starts.set(this.#starts)
    ends.set(this.#ends)
    this.#hashes = hashes
    this.#starts = starts
    this.#ends = ends
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1)
    const mask = slots.length - 1
    for (let code = 0; code < this.#size; code++) {
      let slot = this.#hashes[code]! & mask
      while (slots[slot]! >= 0) slot = (slot + 1) & mask
      slots[slot] = code
    }
    this.#slots = slots
  }
}

/** Which cells: one field of the rows from `from` up to but without `to`. */
export interface CellPosition {
  readonly from: number
  readonly to: number
  readonly field: number
  /** Offsets per row: fields + 1. */
  readonly stride: number
}
