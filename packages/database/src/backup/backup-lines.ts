import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { TableDefinition } from '../schema.ts'
import { damagedBackup } from './encrypted-chunks.ts'

/*
 * The content of a backup: JSON, one value a line. The first line says what it is, the last one how many rows of each
 * table there are and the SHA-256 of everything before it; between them a row a line, `[table, value, value ...]`.
 */
/** A table as a backup has it. */
export type BackupTable = Pick<TableDefinition, 'name' | 'columns'>

/** What the first line of a backup says. */
export interface BackupHeader {
  readonly claims_backup: 1
  readonly created_at: string
  readonly migrations: readonly {
    readonly version: number
    readonly name: string
    readonly checksum: string
  }[]
  readonly tables: readonly BackupTable[]
}

type ColumnType = TableDefinition['columns'][number]['type']

const headerSchema: z.ZodType<BackupHeader> = z.strictObject({
  claims_backup: z.literal(1),
  created_at: z.string(),
  migrations: z.array(z.strictObject({ version: z.int(), name: z.string(), checksum: z.string() })),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      columns: z.array(z.strictObject({ name: z.string(), type: z.enum(['integer', 'text', 'bytes']) })),
    }),
  ),
})
const footerSchema: z.ZodType<{ rows: number[]; sha256: string }> = z.strictObject({
  rows: z.array(z.int()),
  sha256: z.string(),
})

/** A value of a row: an integer, a text, bytes, or nothing. */
export type RowValue = number | bigint | string | Uint8Array | null

/** What is in a backup, in order. */
export type BackupPart =
  | { readonly header: BackupHeader }
  | { readonly table: BackupTable; readonly values: readonly RowValue[] }
  | { readonly rows: readonly number[] }

/** A row of the table with this number, as a line. */
export function rowLine(number: number, { columns }: BackupTable, row: Record<string, unknown>): string {
  return JSON.stringify([number, ...columns.map(({ name }) => writtenValue(row[name]))])
}

/** JSON has no bytes, and its numbers are exact to 2^53 only: both are texts. */
function writtenValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'bigint' ? String(value) : value
}

function readValue(value: unknown, type: ColumnType): RowValue {
  if (value === null) return null
  if (type === 'integer' && typeof value === 'number') return value
  if (typeof value !== 'string') throw damagedBackup('holds a value that is none')
  if (type === 'integer') return BigInt(value)
  return type === 'bytes' ? new Uint8Array(Buffer.from(value, 'base64')) : value
}

/**
 * Adds the last line to lines, and counts and hashes on the way.
 *
 * @param lines the header and the rows, without line ends
 * @param count of the rows so far, by the number of their table; asked at the end
 */
export async function* withFooter(
  lines: AsyncIterable<string>,
  count: () => readonly number[],
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const line of lines) {
    const bytes = Buffer.from(`${line}\n`)
    hash.update(bytes)
    yield bytes
  }
  yield Buffer.from(`${JSON.stringify({ rows: count(), sha256: hash.digest('hex') })}\n`)
}

/**
 * Reads the content of a backup, and checks its count and its hash at the end.
 *
 * @throws ClaimsError `damaged_backup`
 */
export async function* readParts(content: AsyncIterable<Uint8Array>): AsyncGenerator<BackupPart> {
  const hash = createHash('sha256')
  let header: BackupHeader | undefined
  let ended = false
  const counted: number[] = []
  for await (const line of linesOf(content)) {
    if (ended) throw damagedBackup('goes on after its end')
    const value = parsed(line)
    if (header === undefined) {
      header = checked(headerSchema, value)
      counted.push(...header.tables.map(() => 0))
      yield { header }
    } else if (Array.isArray(value)) {
      const [number, ...values] = value as unknown[]
      const table = typeof number === 'number' ? header.tables[number] : undefined
      if (table?.columns.length !== values.length) throw damagedBackup('holds a row of no table')
      counted[number as number]! += 1
      yield { table, values: table.columns.map(({ type }, i) => readValue(values[i], type)) }
    } else {
      const { rows, sha256 } = checked(footerSchema, value)
      if (sha256 !== hash.digest('hex') || JSON.stringify(rows) !== JSON.stringify(counted))
        throw damagedBackup('is not whole: its rows are not those that were written')
      ended = true
      yield { rows }
      continue
    }
    hash.update(line).update('\n')
  }
  if (!ended) throw damagedBackup('is not whole: its end is missing')
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8')) as unknown
  } catch {
    throw damagedBackup('holds a line that is no JSON')
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (!result.success) throw damagedBackup('is of a form that this product does not read')
  return result.data
}

async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  for await (const piece of content) {
    let rest = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield Buffer.concat([...held, rest.subarray(0, end)])
      held = []
      rest = rest.subarray(end + 1)
    }
    held.push(rest)
  }
  if (held.some((piece) => piece.byteLength > 0)) throw damagedBackup('ends within a line')
}
