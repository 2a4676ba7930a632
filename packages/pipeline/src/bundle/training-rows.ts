import { createHash } from 'node:crypto'
import {
  ClaimsError,
  fieldProblems,
  trainingRowsHeaderSchema,
  trainingRowsLayout,
  type KnownRows,
} from '@claims/contracts'
import { wilsonInterval } from '@claims/evaluation'
import type { Frame } from '@claims/frame'
import { contains, distinctSorted, hashFitted, hashRows, type FittedHashes } from './hash-rows.ts'

/** Name of the file in a bundle. */
export const trainingRowsFile = 'training-rows.bin'

const { magic, formatVersion: version, keyBytes, headerBytes, offsets } = trainingRowsLayout
/** Hashes that a bundle keeps. */
const mostKept = 1_000_000
const level = 0.95

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
  const key = rowsKey(options.keyFrom)
  return rememberedRows(hashFitted({ fitted, heldOut, key }), { key, heldOut, keep: options.keep })
}

/** The key of a bundle's hashes. */
export function rowsKey(keyFrom: string): Uint8Array {
  return createHash('sha256').update(keyFrom).digest().subarray(0, keyBytes)
}

/** What a bundle remembers of rows that are hashed: the smallest hashes, `keep` of them. */
export function rememberedRows(
  { distinct, known }: Pick<FittedHashes, 'distinct' | 'known'>,
  of: { readonly key: Uint8Array; readonly heldOut: Frame; readonly keep?: number | undefined },
): TrainingRows {
  return {
    key: of.key,
    distinct: distinct.length,
    hashes: distinct.slice(0, of.keep ?? mostKept),
    chance: { rows: of.heldOut.rows, known },
  }
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

/** 1 for each row of a frame whose hash is among those kept: all known rows where every hash was kept. */
export function knownFlags(rows: TrainingRows, frame: Frame, names: readonly string[]): Uint8Array {
  return Uint8Array.from(hashRows(frame, names, rows.key), (hash) => (contains(rows.hashes, hash) ? 1 : 0))
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
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes)
  for (let i = 0; i < hashes.length; i++) view.setBigUint64(8 * i, hashes[i]!, true)
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
