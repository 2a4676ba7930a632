import { hashText, missingBoolean, type FrameColumn } from '@claims/frame'

const missingText = 0x3c6ef372

/**
 * A 32-bit hash of each cell of a column at the given rows; equal cells have equal hashes, missing ones too.
 *
 * @param column the column
 * @param rows 0-based, length n
 * @param salt sets columns apart
 * @returns length n
 */
export function hashCells(column: FrameColumn, rows: Uint32Array, salt: number): Int32Array {
  const n = rows.length
  const hashes = new Int32Array(n)
  switch (column.kind) {
    case 'number':
    case 'timestamp': {
      const words = new Int32Array(2)
      const number = new Float64Array(words.buffer)
      const { values } = column
      for (let i = 0; i < n; i++) {
        const value = values[rows[i]!]!
        number[0] = value === value ? value + 0 : NaN
        hashes[i] = scramble(words[0]! ^ Math.imul(words[1]!, 0x9e3779b1) ^ salt)
      }
      return hashes
    }
    case 'category':
      for (let i = 0; i < n; i++) hashes[i] = scramble(column.codes[rows[i]!]! ^ salt)
      return hashes
    case 'boolean':
      for (let i = 0; i < n; i++) hashes[i] = scramble((column.values[rows[i]!] ?? missingBoolean) ^ salt)
      return hashes
    case 'text':
      for (let i = 0; i < n; i++) {
        const text = column.values[rows[i]!] ?? null
        hashes[i] = scramble((text === null ? missingText : hashText(text)) ^ salt)
      }
      return hashes
  }
}

/** A well-mixed 32-bit number from another (the finaliser of MurmurHash3). */
export function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
