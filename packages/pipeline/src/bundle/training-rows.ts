import { createHash, hash as digestOf } from 'node:crypto'
import {
  ClaimsError,
  fieldProblems,
  trainingRowsHeaderSchema,
  trainingRowsLayout,
  type KnownRows,
} from '@claims/contracts'
import { wilsonInterval } from '@claims/evaluation'
import { isMissing, type Frame, type FrameColumn } from '@claims/frame'

/** Name of the file in a bundle. */
export const trainingRowsFile = 'training-rows.bin'

const { magic, formatVersion: version, keyBytes, headerBytes, offsets } = trainingRowsLayout
/** Hashes that a bundle keeps. */
const mostKept = 1_000_000
const level = 0.95
/** Of SHA-256. */
const blockBytes = 64
const digestBytes = 32

/**
 * What a bundle remembers of the rows that its model was fitted on: the smallest keyed hashes of their features, which
 * are a uniform sample of the distinct rows. It holds no value and neither label nor identifier. The key is of this
 * bundle, so hashes of two bundles cannot be joined, and without the file nothing can be looked up; who has the file
 * can ask whether a row is in it by knowing the row's every feature.
 */
export interface TrainingRows {
  readonly key: Uint8Array
  /** Distinct rows that the model was fitted on. */
  readonly distinct: number
  /** Ascending. Every distinct row where there are as many; else the smallest ones. */
  readonly hashes: BigUint64Array
  /** Rows that were held out of the training, and those of them that equal a row that was not. */
  readonly chance: KnownRows['chance']
}

/**
 * Hashes the rows that a model was fitted on.
 *
 * @param fitted features of the rows that the final model was fitted on, as they are read
 * @param heldOut features of rows that were kept aside, to tell how often rows are equal by chance
 * @param options what the key is made from, which differs from bundle to bundle; how many hashes are kept
 */
export function hashTrainingRows(
  fitted: Frame,
  heldOut: Frame,
  options: { readonly keyFrom: string; readonly keep?: number },
): TrainingRows {
  const key = createHash('sha256').update(options.keyFrom).digest().subarray(0, keyBytes)
  const all = distinctSorted(hashRows(fitted, fitted.names, key))
  const hashes = all.slice(0, options.keep ?? mostKept)
  const known = hashRows(heldOut, fitted.names, key).filter((hash) => contains(all, hash)).length
  return { key, distinct: all.length, hashes, chance: { rows: heldOut.rows, known } }
}

/**
 * How many rows of a frame equal, in every feature, a row that the model was fitted on.
 *
 * @param rows what the bundle remembers
 * @param frame features of the rows to look up; a column that it lacks is missing
 * @param names features in the order of training
 * @returns exact where every hash was kept, else an estimate from the rows whose hash lies within the kept ones
 */
export function knownRows(rows: TrainingRows, frame: Frame, names: readonly string[]): KnownRows {
  const hashes = hashRows(frame, names, rows.key)
  const exact = rows.hashes.length === rows.distinct
  const limit = rows.hashes.at(-1) ?? 0n
  const looked = exact ? hashes : hashes.filter((hash) => hash <= limit)
  const matched = looked.filter((hash) => contains(rows.hashes, hash))
  const share = looked.length === 0 ? 0 : matched.length / looked.length
  const interval = wilsonInterval(
    distinctSorted(matched).length,
    Math.max(distinctSorted(looked).length, exact ? 1 : 0),
    level,
  )
  const { chance } = rows
  const byChance = wilsonInterval(chance.known, chance.rows, level)
  return {
    rows: frame.rows,
    known: Math.round(share * frame.rows),
    share,
    lower: exact ? share : Math.min(share, interval.lower),
    upper: exact ? share : Math.max(share, interval.upper),
    exact,
    chance,
    beyond_chance: interval.lower > byChance.upper,
  }
}

/** The rows as the bytes of `training-rows.bin`; `trainingRowsLayout` of contracts says what stands where. */
export function encodeTrainingRows({ key, distinct, hashes, chance }: TrainingRows): Uint8Array {
  const header = trainingRowsHeaderSchema.parse({
    ...{ format_version: version, key, distinct, chance, stored: hashes.length },
  })
  const bytes = Buffer.alloc(headerBytes + 8 * hashes.length)
  bytes.write(magic, offsets.magic, 'latin1')
  bytes.writeUInt32LE(header.format_version, offsets.format_version)
  bytes.set(key, offsets.key)
  bytes.writeBigUInt64LE(BigInt(distinct), offsets.distinct)
  bytes.writeUInt32LE(chance.rows, offsets.chance_rows)
  bytes.writeUInt32LE(chance.known, offsets.chance_known)
  bytes.writeBigUInt64LE(BigInt(header.stored), offsets.stored)
  hashes.forEach((hash, i) => bytes.writeBigUInt64LE(hash, headerBytes + 8 * i))
  return bytes
}

/**
 * The rows in the bytes of `training-rows.bin`.
 *
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`
 */
export function decodeTrainingRows(content: Uint8Array): TrainingRows {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const isOurs = bytes.length >= headerBytes && bytes.toString('latin1', 0, magic.length) === magic
  if (!isOurs) throw damaged('is no such file')
  const found = bytes.readUInt32LE(offsets.format_version)
  if (found > version) throw newer(found)
  const read = trainingRowsHeaderSchema.safeParse({
    format_version: found,
    key: Uint8Array.from(bytes.subarray(offsets.key, offsets.key + keyBytes)),
    distinct: Number(bytes.readBigUInt64LE(offsets.distinct)),
    chance: {
      rows: bytes.readUInt32LE(offsets.chance_rows),
      known: bytes.readUInt32LE(offsets.chance_known),
    },
    stored: Number(bytes.readBigUInt64LE(offsets.stored)),
  })
  if (!read.success) {
    const [first] = fieldProblems(read.error)
    throw damaged(`has a header that is not valid: ${first?.field ?? ''} ${first?.problem ?? ''}`)
  }
  const { key, distinct, chance, stored } = read.data
  if (bytes.length !== headerBytes + 8 * stored) throw damaged('has another length than it says')
  const hashes = BigUint64Array.from({ length: stored }, (_, i) => bytes.readBigUInt64LE(headerBytes + 8 * i))
  return { key, distinct, chance, hashes }
}

function damaged(problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${trainingRowsFile} of the bundle ${problem}`, {
    problems: [{ field: trainingRowsFile, problem, allowed: 'the file as training wrote it' }],
  })
}

function newer(found: number): ClaimsError {
  return new ClaimsError(
    'unsupported_format_version',
    `${trainingRowsFile} has format version ${found}; this product reads up to ${version}`,
    {
      problems: [
        {
          field: trainingRowsFile,
          problem: 'is newer than this product',
          allowed: `up to ${version}`,
          received: found,
        },
      ],
    },
  )
}

/** HMAC-SHA256 of each row's features in order, cut to 64 bits. */
function hashRows(frame: Frame, names: readonly string[], key: Uint8Array): BigUint64Array {
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

function distinctSorted(hashes: BigUint64Array): BigUint64Array {
  const sorted = hashes.slice().sort()
  return sorted.filter((hash, i) => i === 0 || hash !== sorted[i - 1])
}

function contains(sorted: BigUint64Array, hash: bigint): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < hash) low = middle + 1
    else high = middle
  }
  return sorted[low] === hash
}
