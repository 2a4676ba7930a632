import { hashText, missingBoolean, type Frame, type FrameColumn } from '@claims/frame'

/**
 * For each row the earlier row with the same key, or -1. Rows where a part of the key is missing are left out.
 *
 * @param frame n rows
 * @param key columns whose values together occur once
 * @returns length n, or null when nothing repeats or a column of the key is absent
 */
export function findRepeats(frame: Frame, key: readonly string[]): Int32Array | null {
  const { rows } = frame
  if (rows < 2 || !key.every((name) => frame.has(name))) return null
  const columns = key.map((name) => frame.column(name))
  const hashes = new Int32Array(rows)
  const whole = new Uint8Array(rows).fill(1)
  for (const column of columns) mixColumn(column, hashes, whole)

  let size = 1
  while (size < rows * 2) size *= 2
  const table = new Int32Array(size).fill(-1)
  let repeats: Int32Array | null = null
  for (let row = 0; row < rows; row++) {
    if (whole[row] === 0) continue
    const hash = hashes[row]!
    let slot = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) & (size - 1)
    for (;;) {
      const earlier = table[slot]!
      if (earlier < 0) {
        table[slot] = row
        break
      }
      if (hashes[earlier] === hash && columns.every((column) => sameCell(column, earlier, row))) {
        repeats ??= new Int32Array(rows).fill(-1)
        repeats[row] = earlier
        break
      }
      slot = (slot + 1) & (size - 1)
    }
  }
  return repeats
}

function mixColumn(column: FrameColumn, hashes: Int32Array, whole: Uint8Array): void {
  const rows = hashes.length
  switch (column.kind) {
    case 'number':
    case 'timestamp': {
      const words = new Int32Array(2)
      const number = new Float64Array(words.buffer)
      for (let row = 0; row < rows; row++) {
        const value = column.values[row]!
        if (value !== value) whole[row] = 0
        number[0] = value + 0
        hashes[row] = mix(hashes[row]!, words[0]! ^ Math.imul(words[1]!, 0x9e3779b1))
      }
      break
    }
    case 'category':
      for (let row = 0; row < rows; row++) {
        const code = column.codes[row]!
        if (code < 0) whole[row] = 0
        hashes[row] = mix(hashes[row]!, code)
      }
      break
    case 'boolean':
      for (let row = 0; row < rows; row++) {
        const value = column.values[row]!
        if (value === missingBoolean) whole[row] = 0
        hashes[row] = mix(hashes[row]!, value)
      }
      break
    case 'text':
      for (let row = 0; row < rows; row++) {
        const value = column.values[row] ?? null
        if (value === null) whole[row] = 0
        else hashes[row] = mix(hashes[row]!, hashText(value))
      }
      break
  }
}

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** Equal cells; a missing cell equals nothing because its row is left out before. */
function sameCell(column: FrameColumn, a: number, b: number): boolean {
  return column.kind === 'category'
    ? column.codes[a] === column.codes[b]
    : column.values[a] === column.values[b]
}
