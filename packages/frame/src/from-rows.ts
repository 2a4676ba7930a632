import { ClaimsError, type ColumnType } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  numberColumn,
  textColumn,
  timestampColumn,
  type Cell,
  type FrameColumn,
} from './column.ts'
import { Frame } from './frame.ts'
import { parseTimestamp } from './parse-timestamp.ts'

/** Milliseconds from the epoch to the last moment that a Date can hold. */
const latestMoment = 8.64e15

/**
 * A frame from plain objects and the type of each column. Absent and null cells are missing; a timestamp is ISO 8601
 * text or epoch milliseconds.
 *
 * @param rows plain objects; keys that are not in `types` are left out
 * @param types column name to type, in the frame's order; a map where names may be whole numbers, which an object moves
 *   to the front
 * @returns rows.length rows
 * @throws ClaimsError `invalid_value` naming the row and field of the first cell that is not of its type
 * @example
 * frameFromRows([{ age: 31, type: 'auto' }, { age: null, type: 'home' }], { age: 'number', type: 'category' })
 */
export function frameFromRows(
  rows: readonly Readonly<Record<string, Cell | undefined>>[],
  types: Readonly<Record<string, ColumnType>> | ReadonlyMap<string, ColumnType>,
): Frame {
  const columns = new Map<string, FrameColumn>()
  for (const [name, type] of isMap(types) ? types : Object.entries(types))
    columns.set(
      name,
      buildColumn(
        rows.map((row) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null)),
        { name, type },
      ),
    )
  return Frame.fromColumns(columns)
}

function buildColumn(
  cells: readonly Cell[],
  { name, type }: { name: string; type: ColumnType },
): FrameColumn {
  const wrong = (row: number): never => {
    throw new ClaimsError(
      'invalid_value',
      `Row ${String(row)}, "${name}": ${JSON.stringify(cells[row])} is not of type ${type}`,
      {
        problems: [{ field: name, problem: `is not of type ${type} in row ${String(row)}`, allowed: type }],
      },
    )
  }
  switch (type) {
    case 'number':
      return numberColumn(
        Float64Array.from(cells, (cell, i) =>
          cell === null ? NaN : typeof cell === 'number' ? cell : wrong(i),
        ),
      )
    case 'timestamp':
      return timestampColumn(
        Float64Array.from(cells, (cell, i) => {
          if (cell === null) return NaN
          if (typeof cell === 'boolean') return wrong(i)
          const moment = typeof cell === 'number' ? cell : parseTimestamp(cell)
          return Math.abs(moment) <= latestMoment ? moment : wrong(i)
        }),
      )
    case 'boolean':
      return booleanColumn(
        cells.map((cell, i) => (cell === null || typeof cell === 'boolean' ? cell : wrong(i))),
      )
    case 'category':
      return categoryColumn(
        cells.map((cell, i) => (cell === null || typeof cell === 'string' ? cell : wrong(i))),
      )
    case 'text':
      return textColumn(cells.map((cell, i) => (cell === null || typeof cell === 'string' ? cell : wrong(i))))
  }
}

function isMap(
  types: Readonly<Record<string, ColumnType>> | ReadonlyMap<string, ColumnType>,
): types is ReadonlyMap<string, ColumnType> {
  return types instanceof Map
}
