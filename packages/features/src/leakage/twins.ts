import type { FrameColumn } from '@claims/frame'
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
  const step = Math.max(1, Math.ceil(testRows.length / mostTestRows))
  const sampled = testRows.filter((_, i) => i % step === 0)
  const salts = columns.map((_, j) => scramble(j + 1))
  const lookup = new TwinLookup(sampled.length * (width + 1))
  const keys = hashRows(columns, sampled, salts)
  const entries = new Int32Array(sampled.length * (width + 1))
  for (let i = 0; i < sampled.length; i++) {
    for (let j = 0; j <= width; j++) {
      entries[i * (width + 1) + j] = lookup.add(keys.low(i, j), keys.high(i, j))
    }
  }
  for (let start = 0; start < trainRows.length; start += chunkRows) {
    const chunk = hashRows(columns, trainRows.subarray(start, start + chunkRows), salts)
    for (let i = 0; i < chunk.rows; i++) {
      for (let j = 0; j <= width; j++) lookup.mark(chunk.low(i, j), chunk.high(i, j))
    }
  }
  const found = new Array<number>(width + 1).fill(0)
  for (let i = 0; i < sampled.length; i++) {
    for (let j = 0; j <= width; j++) {
      if (lookup.isMarked(entries[i * (width + 1) + j]!)) found[j]!++
    }
  }
  const agreement = columns.map((column, j) => pairAgreement(column, trainRows, salts[j]!))
  const product = (without: number): number =>
    agreement.reduce((chance, share, j) => (j === without ? chance : chance * share), trainRows.length)
  return {
    rows: sampled.length,
    equal: found[width]!,
    equalBut: found.slice(0, width),
    expected: Math.min(1, product(-1)),
    expectedBut: columns.map((_, j) => Math.min(1, product(j))),
  }
}

interface RowHashes {
  readonly rows: number
  /** Key of row i without column j; j = number of columns leaves none out. */
  low(i: number, j: number): number
  high(i: number, j: number): number
}

function hashRows(columns: readonly FrameColumn[], rows: Uint32Array, salts: readonly number[]): RowHashes {
  const n = rows.length
  const width = columns.length
  const cells = new Int32Array(n * (width + 1))
  const lows = new Int32Array(n)
  const highs = new Int32Array(n)
  columns.forEach((column, j) => {
    const hashes = hashCells(column, rows, salts[j]!)
    for (let i = 0; i < n; i++) {
      const hash = hashes[i]!
      cells[i * (width + 1) + j] = hash
      lows[i] = (lows[i]! + hash) | 0
      highs[i] = (highs[i]! + scramble(hash ^ 0x5bf03635)) | 0
    }
  })
  return {
    rows: n,
    low: (i, j) => (lows[i]! - cells[i * (width + 1) + j]! + Math.imul(j + 1, 0x9e3779b1)) | 0,
    high: (i, j) =>
      j === width ? highs[i]! : (highs[i]! - scramble(cells[i * (width + 1) + j]! ^ 0x5bf03635)) | 0,
  }
}

/** Open addressing over two-lane keys; each key has a mark. */
class TwinLookup {
  readonly #slots: Int32Array
  readonly #lows: Int32Array
  readonly #highs: Int32Array
  readonly #marks: Uint8Array
  #size = 0

  constructor(capacity: number) {
    let slots = 16
    while (slots < capacity * 2) slots *= 2
    this.#slots = new Int32Array(slots).fill(-1)
    this.#lows = new Int32Array(capacity)
    this.#highs = new Int32Array(capacity)
    this.#marks = new Uint8Array(capacity)
  }

  /** The entry of a key, made where it is new. */
  add(low: number, high: number): number {
    const mask = this.#slots.length - 1
    let slot = low & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry < 0) break
      if (this.#lows[entry] === low && this.#highs[entry] === high) return entry
      slot = (slot + 1) & mask
    }
    const entry = this.#size++
    this.#slots[slot] = entry
    this.#lows[entry] = low
    this.#highs[entry] = high
    return entry
  }

  /** Marks a key if it is there. */
  mark(low: number, high: number): void {
    const mask = this.#slots.length - 1
    let slot = low & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry < 0) return
      if (this.#lows[entry] === low && this.#highs[entry] === high) {
        this.#marks[entry] = 1
        return
      }
      slot = (slot + 1) & mask
    }
  }

  isMarked(entry: number): boolean {
    return this.#marks[entry] === 1
  }
}

/** Chance that two random training rows agree in a column, from at most 20,000 evenly spaced rows. */
function pairAgreement(column: FrameColumn, trainRows: Uint32Array, salt: number): number {
  const step = Math.max(1, Math.ceil(trainRows.length / frequencyRows))
  const rows = trainRows.filter((_, i) => i % step === 0)
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
