import type { Finding } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  isMissing,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { z } from 'zod'

/** A cell of a typed row: name and kind of its column, and its value; null is missing, a timestamp is epoch milliseconds. */
export type RecordedCell = readonly [
  name: string,
  kind: FrameColumn['kind'],
  value: string | number | boolean | null,
]

/** What was scored: a JSON value as it came, or a typed row as it was read from a file. */
export type RecordedInput =
  | { readonly kind: 'record'; readonly record: unknown }
  | { readonly kind: 'row'; readonly cells: readonly RecordedCell[] }

/** Schema of an input; numbers may be infinite. */
export const recordedInputSchema: z.ZodType<RecordedInput> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('record'), record: z.unknown() }),
  z.object({
    kind: z.literal('row'),
    cells: z.array(
      z.tuple([
        z.string(),
        z.enum(['number', 'category', 'text', 'timestamp', 'boolean']),
        z.union([z.string(), z.custom<number>((value) => typeof value === 'number'), z.boolean(), z.null()]),
      ]),
    ),
  }),
])

/** An input with what reading it found; `row` of a finding is 0, or null for what was wrong with the whole file. */
export interface ReadInput {
  readonly input: RecordedInput
  readonly findings: readonly Finding[]
}

function rowInput(frame: Frame, row: number): RecordedInput {
  const cells: RecordedCell[] = []
  for (const [name, column] of frame.entries()) cells.push([name, column.kind, valueAt(column, row)])
  return { kind: 'row', cells }
}

/**
 * What each row of a frame was scored from: its cells, what reading them found, and what was wrong with the whole file.
 *
 * @param frame as it was scored
 * @param findings as the scorer was told them
 */
export function frameInputs(frame: Frame, findings: readonly Finding[]): (row: number) => ReadInput {
  const ofWhole = findings.filter(({ row, severity }) => row === null && severity === 'error')
  const ofRows = new Map<number, Finding[]>()
  for (const finding of findings) {
    if (finding.row === null) continue
    const known = ofRows.get(finding.row)
    const own = { ...finding, row: 0 }
    if (known === undefined) ofRows.set(finding.row, [own])
    else known.push(own)
  }
  return (row) => ({ input: rowInput(frame, row), findings: [...ofWhole, ...(ofRows.get(row) ?? [])] })
}

/** The frame of one row that an input was. */
export function frameOf(cells: readonly RecordedCell[]): Frame {
  return Frame.fromColumns(new Map(cells.map(([name, kind, value]) => [name, columnOf(kind, value)])))
}

function valueAt(column: FrameColumn, row: number): RecordedCell[2] {
  if (isMissing(column, row)) return null
  switch (column.kind) {
    case 'category':
      return column.levels[column.codes[row]!] ?? null
    case 'boolean':
      return column.values[row] === 1
    default:
      return column.values[row] ?? null
  }
}

function columnOf(kind: FrameColumn['kind'], value: RecordedCell[2]): FrameColumn {
  switch (kind) {
    case 'number':
      return numberColumn([typeof value === 'number' ? value : NaN])
    case 'timestamp':
      return timestampColumn([typeof value === 'number' ? value : NaN])
    case 'category':
      return categoryColumn([typeof value === 'string' ? value : null])
    case 'text':
      return textColumn([typeof value === 'string' ? value : null])
    case 'boolean':
      return booleanColumn([typeof value === 'boolean' ? value : null])
  }
}
