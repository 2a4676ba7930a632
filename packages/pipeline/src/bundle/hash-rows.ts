import { hash as digestOf } from 'node:crypto'
import { isMissing, type Frame, type FrameColumn } from '@claims/frame'

/** Of SHA-256. */
const blockBytes = 64
const digestBytes = 32

/** Rows that a model was fitted on, and rows that were held out. */
export interface RowsToHash {
  readonly fitted: Frame
  readonly heldOut: Frame
  readonly key: Uint8Array
}

/** Hashes of rows that a model was fitted on. */
export interface FittedHashes {
  /** Ascending. */
  readonly distinct: BigUint64Array
  /** Held-out rows that equal one of them. */
  readonly known: number
  /** 1 for each of these, one per held-out row. */
  readonly isKnown: Uint8Array
}

/** Hashes the rows that a model was fitted on and counts the held-out rows that equal one. */
export function hashFitted({ fitted, heldOut, key }: RowsToHash): FittedHashes {
  const distinct = distinctSorted(hashRows(fitted, fitted.names, key))
  const isKnown = Uint8Array.from(hashRows(heldOut, fitted.names, key), (hash) =>
    contains(distinct, hash) ? 1 : 0,
  )
  return { distinct, known: isKnown.reduce((sum, one) => sum + one, 0), isKnown }
}

/** HMAC-SHA256 of each row's features in order, cut to 64 bits. */
export function hashRows(frame: Frame, names: readonly string[], key: Uint8Array): BigUint64Array {
  const writers = names.map((name) => (frame.has(name) ? cellWriter(frame.column(name)) : writeMissing))
  const row: RowBytes = { bytes: Buffer.alloc(1024), length: 0 }
  const hashes = new BigUint64Array(frame.rows)
  // An Hmac object per row costs ten times what its two digests do, so its definition (RFC 2104) is written out.
  // Digests come as text: a buffer for each costs twice the digest.
  const result = Buffer.alloc(digestBytes)
  const outer = Buffer.alloc(blockBytes + digestBytes)
  outer.set(paddedKey(key, 0x5c))
  row.bytes.set(paddedKey(key, 0x36))
  for (let i = 0; i < frame.rows; i++) {
    row.length = blockBytes
    for (const write of writers) write(row, i)
    outer.write(digestOf('sha256', row.bytes.subarray(0, row.length), 'binary'), blockBytes, 'binary')
    result.write(digestOf('sha256', outer, 'binary'), 'binary')
    hashes[i] = result.readBigUInt64LE(0)
  }
  return hashes
}

/** The key, no longer than a block, in a block whose every byte is changed by `pad`. */
function paddedKey(key: Uint8Array, pad: number): Uint8Array {
  return Uint8Array.from({ length: blockBytes }, (_, i) => (key[i] ?? 0) ^ pad)
}

interface RowBytes {
  bytes: Buffer
  length: number
}

type CellWriter = (into: RowBytes, row: number) => void

/** Kinds of cells; a category and a text of equal words are equal. */
const kinds = { missing: 0, number: 1, timestamp: 2, boolean: 3, text: 4 } as const

const writeMissing: CellWriter = (into) => {
  room(into, 1)
  into.bytes[into.length++] = kinds.missing
}

function cellWriter(column: FrameColumn): CellWriter {
  const orMissing =
    (write: CellWriter): CellWriter =>
    (into, row) => {
      if (isMissing(column, row)) writeMissing(into, row)
      else write(into, row)
    }
  if (column.kind === 'number' || column.kind === 'timestamp') {
    return orMissing((into, row) => {
      room(into, 9)
      into.bytes[into.length] = kinds[column.kind]
      // Adding 0 makes -0 the 0 that it equals.
      into.bytes.writeDoubleLE(column.values[row]! + 0, into.length + 1)
      into.length += 9
    })
  }
  if (column.kind === 'boolean') {
    return orMissing((into, row) => {
      room(into, 2)
      into.bytes[into.length] = kinds.boolean
      into.bytes[into.length + 1] = column.values[row]!
      into.length += 2
    })
  }
  if (column.kind === 'category') {
    const levels = column.levels.map((text) => Buffer.from(text, 'utf8'))
    return orMissing((into, row) => {
      writeText(into, levels[column.codes[row]!]!)
    })
  }
  return orMissing((into, row) => {
    writeText(into, Buffer.from(column.values[row] ?? '', 'utf8'))
  })
}

function writeText(into: RowBytes, text: Buffer): void {
  room(into, 5 + text.length)
  into.bytes[into.length] = kinds.text
  into.bytes.writeUInt32LE(text.length, into.length + 1)
  into.bytes.set(text, into.length + 5)
  into.length += 5 + text.length
}

function room(into: RowBytes, bytes: number): void {
  if (into.length + bytes <= into.bytes.length) return
  const larger = Buffer.alloc(2 * (into.length + bytes))
  larger.set(into.bytes.subarray(0, into.length))
  into.bytes = larger
}

/** Ascending, each once. */
export function distinctSorted(hashes: BigUint64Array): BigUint64Array {
  const sorted = hashes.slice().sort()
  return sorted.filter((hash, i) => i === 0 || hash !== sorted[i - 1])
}

/** Whether a hash is among ascending ones. */
export function contains(sorted: BigUint64Array, hash: bigint): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < hash) low = middle + 1
    else high = middle
  }
  return sorted[low] === hash
}
