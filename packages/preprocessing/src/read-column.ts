import { ClaimsError } from '@claims/contracts'
import { missingBoolean, type CategoryColumn, type FrameColumn } from '@claims/frame'
import type { Columns } from './step.ts'

/**
 * A column that a fitted step needs.
 *
 * @throws ClaimsError `missing_column`
 */
export function readColumn(columns: Columns, name: string): FrameColumn {
  const column = columns.get(name)
  if (column === undefined) {
    throw new ClaimsError('missing_column', `The column "${name}" is needed and is not there`, {
      problems: [{ field: name, problem: 'is absent', allowed: 'a column of this name' }],
    })
  }
  return column
}

/**
 * The values of a number column, or of a boolean one as 0, 1 and NaN.
 *
 * @returns length rows; shared with the column when it is a number column
 * @throws ClaimsError `missing_column`, `invalid_value`
 */
export function readNumbers(columns: Columns, name: string): Float64Array {
  const column = readColumn(columns, name)
  if (column.kind === 'number') return column.values
  if (column.kind !== 'boolean') throw wrongKind(name, column, 'number or boolean')
  const values = new Float64Array(column.values.length)
  for (let i = 0; i < values.length; i++) {
    const value = column.values[i]!
    values[i] = value === missingBoolean ? NaN : value
  }
  return values
}

/** The moments of a timestamp column, epoch milliseconds. @throws ClaimsError `missing_column`, `invalid_value` */
export function readTimestamps(columns: Columns, name: string): Float64Array {
  const column = readColumn(columns, name)
  if (column.kind !== 'timestamp') throw wrongKind(name, column, 'timestamp')
  return column.values
}

/** A category column. @throws ClaimsError `missing_column`, `invalid_value` */
export function readCategory(columns: Columns, name: string): CategoryColumn {
  const column = readColumn(columns, name)
  if (column.kind !== 'category') throw wrongKind(name, column, 'category')
  return column
}

/**
 * A reader of the texts of a text or category column.
 *
 * @returns row to text, null when missing
 * @throws ClaimsError `missing_column`, `invalid_value`
 */
export function readTexts(columns: Columns, name: string): (row: number) => string | null {
  const column = readColumn(columns, name)
  if (column.kind === 'text') return (row) => column.values[row] ?? null
  if (column.kind === 'category') return (row) => column.levels[column.codes[row]!] ?? null
  throw wrongKind(name, column, 'text or category')
}

function wrongKind(name: string, column: FrameColumn, allowed: string): ClaimsError {
  return new ClaimsError('invalid_value', `Column "${name}" is ${column.kind}, not ${allowed}`, {
    problems: [{ field: name, problem: `is of kind ${column.kind}`, allowed }],
  })
}
