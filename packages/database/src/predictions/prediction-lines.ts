import {
  ClaimsError,
  predictionFormatVersion,
  predictionRecordSchema,
  type LoggedPrediction,
  type PredictionRecord,
} from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { z } from 'zod'

/** Most characters of a sealed text within one line; an entry of a ledger has at most 1 MB. */
const partLength = 600_000

/** Of the sequences that records stand in, before the month. */
export const predictionSequences = '_predictions-'

/** Sequence of a record. @param recordedAt as in the record */
export function sequenceOf(recordedAt: string): string {
  return `${predictionSequences}${recordedAt.slice(0, 7)}`
}

/** Where a sealed text that was too long for its line is. */
const placedSchema = z.object({ parts: z.int().min(2), sha256: z.string() })
const partSchema = z.object({
  kind: z.literal('sealed_part'),
  prediction: z.string(),
  part: z.int(),
  data: z.string(),
})

/** A record as objects for its lines, the one of the record last. */
export function linesOf(record: PredictionRecord): readonly object[] {
  const { sealed, ...clear } = record
  if (sealed.length <= partLength) return [record]
  const parts: object[] = []
  for (let from = 0; from < sealed.length; from += partLength)
    parts.push({
      ...{ format_version: predictionFormatVersion, kind: 'sealed_part', prediction: record.id },
      ...{ part: parts.length + 1, data: sealed.slice(from, from + partLength) },
    })
  return [...parts, { ...clear, sealed: { parts: parts.length, sha256: sha256(sealed) } }]
}

/** A line of a record, and where it was found. */
export interface FoundLine {
  readonly id: string
  readonly sequence: string
  readonly position: number
  readonly entry: string
}

/**
 * Reads the line of a record.
 *
 * @param line as the index names it
 * @param before reads so many lines that stand before it, oldest first
 * @throws ClaimsError `damaged_record`, `unsupported_format_version`
 */
export async function readLine(
  { id, sequence, position, entry }: FoundLine,
  before: (lines: number) => Promise<readonly string[]>,
): Promise<LoggedPrediction> {
  const value = parsedLine(entry)
  if (value?.['id'] !== id || value['kind'] !== 'prediction')
    throw damagedRecord(
      id,
      `is not what stands at ${sequence} ${String(position)}`,
      'an index that agrees with the ledger: claims predictions reindex makes it again',
    )
  if (Number(value['format_version']) > predictionFormatVersion) throw newerRecord(id)
  const placed = placedSchema.safeParse(value['sealed'])
  const sealed = placed.success ? await joined(id, placed.data, before) : value['sealed']
  const { data, error } = predictionRecordSchema.safeParse({ ...value, sealed })
  if (data === undefined)
    throw damagedRecord(id, `says what no record says at ${error.issues[0]?.path.join('.') ?? 'its start'}`)
  const { sealed: _sealed, previous_sha256: _previous, ...written } = value
  return { record: data, written, sequence, position }
}

async function joined(
  id: string,
  placed: z.infer<typeof placedSchema>,
  before: (lines: number) => Promise<readonly string[]>,
): Promise<string> {
  const lines = await before(placed.parts)
  const texts = lines.map((line, i) => {
    const part = partSchema.safeParse(parsedLine(line)).data
    return part?.prediction === id && part.part === i + 1 ? part.data : ''
  })
  const sealed = texts.join('')
  if (sha256(sealed) !== placed.sha256) throw damagedRecord(id, 'lacks lines of its sealed part')
  return sealed
}

/** A line as an object; null where it is none. */
export function parsedLine(entry: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(entry)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

function damagedRecord(
  id: string,
  problem: string,
  allowed = 'the record as it was written; claims ledger verify says where the chain breaks',
): ClaimsError {
  return new ClaimsError('damaged_record', `The record of prediction ${id} ${problem}`, {
    problems: [{ field: 'prediction', problem, allowed }],
  })
}

function newerRecord(id: string): ClaimsError {
  return new ClaimsError(
    'unsupported_format_version',
    `The record of prediction ${id} is of a newer product`,
    {
      problems: [
        {
          field: 'format_version',
          problem: 'is newer than this product',
          allowed: `up to ${String(predictionFormatVersion)}`,
        },
      ],
    },
  )
}
