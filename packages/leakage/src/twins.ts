import type { FrameColumn } from '@claims/frame'
import { evenlySpaced } from './evenly-spaced.ts'
import { hashCells, scramble } from './row-hashes.ts'

/** How many test rows have a training row that is equal in everything, or in everything but one column. */
export interface TwinCounts {
  /** Test rows that were looked at: all, or evenly spaced ones. */
  readonly rows: number
  /** Of those, rows with an equal training row. */
  readonly equal: number
  /** By column: rows with a training row that is equal in all other columns. */
  readonly equalBut: readonly number[]
  /** By column, and for all columns: the share that chance gives when columns are independent. */
  readonly expectedBut: readonly number[]
  readonly expected: number
}

const mostTestRows = 5_000
const chunkRows = 65_536
const frequencyRows = 20_000

/**
 * Looks up at most 5,000 test rows among all training rows. A row's key is the sum of its cells' hashes in two 32-bit
 * lanes; leaving a column out subtracts its hash, so that one pass serves every column.
 *
 * @param columns the features, each of the frame's length
 * @param trainRows 0-based rows of the training set
 * @param testRows 0-based rows of the test set
 */
export function countTwins(
  columns: readonly FrameColumn[],
  trainRows: Uint32Array,
  testRows: Uint32Array,
): TwinCounts {
  const width = columns.length
  const sampled = evenlySpaced(testRows, mostTestRows)
  const salts = columns.map((_, j) => scramble(j + 1))
  const lookup = new TwinLookup(sampled.length * (width + 1))
  const entries = hashRows(columns, sampled, salts).map(({ lows, highs }) => lookup.addAll(lows, highs))
  for (let start = 0; start < trainRows.length; start += chunkRows) {
    for (const { lows, highs } of hashRows(columns, trainRows.subarray(start, start + chunkRows), salts)) {
      lookup.markAll(lows, highs)
    }
  }
  const found = entries.map((ofColumn) => lookup.countMarked(ofColumn))
  const agreement = columns.map((column, j) => pairAgreement(column, trainRows, salts[j]!))
  const product = (without?: number): number =>
    agreement.reduce((chance, share, j) => (j === without ? chance : chance * share), trainRows.length)
  return {
    rows: sampled.length,
    equal: found[width]!,
    equalBut: found.slice(0, width),
    expected: Math.min(1, product()),
    expectedBut: columns.map((_, j) => Math.min(1, product(j))),
  }
}

interface RowKeys {
  readonly lows: Int32Array
  readonly highs: Int32Array
}

/** Keys of the rows without column j, for each j, and last without leaving any out. */
function hashRows(columns: readonly FrameColumn[], rows: Uint32Array, salts: readonly number[]): RowKeys[] {
  const n = rows.length
  const lows = new Int32Array(n)
  const highs = new Int32Array(n)
  const cells = columns.map((column, j) => {
    const low = hashCells(column, rows, salts[j]!)
    const high = new Int32Array(n)
    for (let i = 0; i < n; i++) {
      high[i] = scramble(low[i]! ^ 0x5bf03635)
      lows[i] = lows[i]! + low[i]!
      highs[i] = highs[i]! + high[i]!
    }
    return { low, high }
  })
  const without = cells.map(({ low, high }, j) => {
    const place = Math.imul(j + 1, 0x9e3779b1)
    for (let i = 0; i < n; i++) {
      low[i] = lows[i]! - low[i]! + place
      high[i] = highs[i]! - high[i]!
    }
    return { lows: low, highs: high }
  })
  return [...without, { lows, highs }]
}

const filterBits = 21

/** Open addressing over two-lane keys, behind a bit filter; each key has a mark. */
class TwinLookup {
  readonly #slots: Int32Array
  readonly #lows: Int32Array
  readonly #highs: Int32Array
  readonly #marks: Uint8Array
  readonly #filter: Int32Array = new Int32Array(1 << (filterBits - 5))
  #size = 0

  constructor(capacity: number) {
    let slots = 16
    while (slots < capacity * 2) slots *= 2
    this.#slots = new Int32Array(slots).fill(-1)
    this.#lows = new Int32Array(capacity)
    this.#highs = new Int32Array(capacity)
    this.#marks = new Uint8Array(capacity)
  }

  /** The entry of each key, made where it is new. */
  addAll(lows: Int32Array, highs: Int32Array): Int32Array {
    const mask = this.#slots.length - 1
    return lows.map((low, i) => {
      const high = highs[i]!
      const bit = low >>> (32 - filterBits)
      this.#filter[bit >>> 5]! |= 1 << (bit & 31)
      let slot = low & mask
      let entry = this.#slots[slot]!
      while (entry >= 0) {
        if (this.#lows[entry] === low && this.#highs[entry] === high) return entry
        slot = (slot + 1) & mask
        entry = this.#slots[slot]!
      }
      entry = this.#size++
      this.#slots[slot] = entry
      this.#lows[entry] = low
      this.#highs[entry] = high
      return entry
    })
  }

  /** Marks the keys that are there. */
  markAll(lows: Int32Array, highs: Int32Array): void {
    const slots = this.#slots
    const filter = this.#filter
    const mask = slots.length - 1
    for (let i = 0; i < lows.length; i++) {
      const low = lows[i]!
      const bit = low >>> (32 - filterBits)
      if ((filter[bit >>> 5]! & (1 << (bit & 31))) === 0) continue
      let slot = low & mask
      for (let entry = slots[slot]!; entry >= 0; entry = slots[slot]!) {
        if (this.#lows[entry] === low && this.#highs[entry] === highs[i]) {
          this.#marks[entry] = 1
          break
        }
        slot = (slot + 1) & mask
      }
    }
  }

  countMarked(entries: Int32Array): number {
    let marked = 0
    for (const entry of entries) marked += this.#marks[entry]!
    return marked
  }
}

/** Chance that two random training rows agree in a column, from at most 20,000 evenly spaced rows. */
function pairAgreement(column: FrameColumn, trainRows: Uint32Array, salt: number): number {
  const rows = evenlySpaced(trainRows, frequencyRows)
  const n = rows.length
  if (n < 2) return 1
  const hashes = hashCells(column, rows, salt).sort()
  let pairs = 0
  for (let start = 0; start < n;) {
    let end = start + 1
    while (end < n && hashes[end] === hashes[start]) end++
    pairs += ((end - start) * (end - start - 1)) / 2
    start = end
  }
  return pairs / ((n * (n - 1)) / 2)
}
