import { ClaimsError, type Column, describeAllowed, echoValue, type Finding } from '@claims/contracts'
import { missingBoolean, parseTimestamp, timestampParser } from '@claims/frame'
import { canonicalCategory, composed, entityText, numberText, parseBoolean } from './canonical-text.ts'
import { numberParser, possibleReadings } from './parse-number.ts'

/**
 * How the cells of a column become values, worked out once and used by every reader: delimited text, values of JSON and
 * Parquet, and records of requests. The `read` functions give `undefined` for a cell that is not of the column's type
 * and what is stored for a missing one.
 */
export interface CellRules {
  readonly column: Column
  /** The number, in the unit of the column; a missing token is looked for before `multiply`. */
  readonly readNumber: (cell: unknown, multiply: number) => number | undefined
  /** Epoch milliseconds. */
  readonly readMoment: (cell: unknown) => number | undefined
  /** 1, 0 or `missingBoolean`. */
  readonly readBoolean: (cell: unknown) => number | undefined
  /** The level in its one form; null for missing. */
  readonly readCategory: (cell: unknown) => string | null | undefined
  /** The text as it is; null for missing. */
  readonly readText: (cell: unknown) => string | null | undefined
  /** Numbers that are written with plain decimal points need no other reading. */
  readonly plainNumbers: boolean
  /** Whether ISO 8601 dates are among those that the column's format reads. */
  readonly isoDates: boolean
  /** Numbers that a missing token may be written as, such as -999; undefined when there are none. */
  readonly missingNumbers: ReadonlySet<number> | undefined
  /** Moments that a missing token may be written as, such as 9999-12-31; undefined when there are none. */
  readonly missingMoments: ReadonlySet<number> | undefined
  /** Stored in place of a missing number or timestamp: the default, or NaN. */
  readonly fillNumber: number
  /** Stored in place of a missing boolean: the default, or `missingBoolean`. */
  readonly fillBoolean: number
  /** The finding of a cell that is not of the column's type. */
  readonly typeFinding: (row: number, value: unknown) => Finding
}

/** Whether there is nothing in a cell. */
export function isEmptyCell(cell: unknown): boolean {
  return cell === undefined || cell === null || cell === ''
}

/**
 * Works out the rules of a column.
 *
 * @throws ClaimsError `invalid_blueprint` when the default is not of the column's type
 */
export function cellRules(column: Column): CellRules {
  const tokens = new Set(column.missing_tokens.flatMap((token) => [token.trim(), canonicalCategory(token)]))
  const isMissing =
    tokens.size === 0
      ? (trimmed: string): boolean => trimmed === ''
      : (trimmed: string): boolean => trimmed === '' || tokens.has(trimmed)
  const fill = column.required ? undefined : column.default
  const number = numberParser(column.number_format)
  const moment = timestampParser(column.date_format)
  const stated = (text: string): number => {
    const value = moment(text)
    return Number.isNaN(value) ? parseTimestamp(text) : value
  }
  const missingNumbers = valuesOf(column.missing_tokens, (token) => {
    const value = number(token)
    return Number.isNaN(value) && token.trim() !== '' ? Number(token) : value
  })
  const missingMoments = valuesOf(column.missing_tokens, stated)
  const fillNumber = fill === undefined ? NaN : numberDefault(column, fill, stated)
  const fillTruth = fill === undefined ? missingBoolean : booleanDefault(column, fill)
  const fillText = fill === undefined ? null : String(fill)
  const format = column.date_format
  return {
    column,
    plainNumbers: column.number_format?.decimal !== 'comma' && column.number_format?.percent !== true,
    isoDates: format === undefined || ['iso', 'dmy', 'mdy', 'ymd'].includes(format),
    missingNumbers,
    missingMoments,
    fillNumber,
    fillBoolean: fillTruth,
    readNumber(cell, multiply) {
      const text = typeof cell === 'string' ? cell : undefined
      if (cell == null || (text !== undefined && isMissing(text.trim()))) return fillNumber
      const value = text === undefined ? (typeof cell === 'bigint' ? Number(cell) : cell) : number(text)
      if (typeof value !== 'number') return undefined
      if (Number.isNaN(value)) return text === undefined ? fillNumber : undefined
      if (missingNumbers?.has(value) === true) return fillNumber
      return Number.isFinite(value) ? value * multiply : undefined
    },
    readMoment(cell) {
      if (cell == null) return fillNumber
      const value = cell instanceof Date ? cell.getTime() : momentOf(cellText(cell), { isMissing, moment })
      if (value === undefined || missingMoments?.has(value) === true) return fillNumber
      return Number.isNaN(value) ? undefined : value
    },
    readBoolean(cell) {
      if (typeof cell === 'boolean') return cell ? 1 : 0
      if (cell == null) return fillTruth
      const text = cellText(cell)?.trim()
      if (text === undefined) return undefined
      return isMissing(text) ? fillTruth : parseBoolean(canonicalCategory(text))
    },
    readCategory: categoryReader(column, { isMissing, fillText }),
    readText: textReader(column, { isMissing, fillText }),
    typeFinding: (row, value) => ({
      row,
      field: column.name,
      value: column.role === 'sensitive' ? null : echo(value),
      rule: 'type',
      problem: problemOf(column, value),
      allowed: describeAllowed(column),
      severity: 'error',
    }),
  }
}

interface Missing {
  readonly isMissing: (trimmed: string) => boolean
  readonly fillText: string | null
}

function categoryReader(column: Column, { isMissing, fillText }: Missing): CellRules['readCategory'] {
  const truth = truthLevels(column.allowed)
  const fill = fillText === null ? null : canonicalCategory(fillText)
  return (cell) => {
    if (cell == null) return fill
    const text = cellText(cell) ?? itemsText(column, cell)
    if (text === undefined) return undefined
    if (isMissing(text.trim())) return fill
    const level = canonicalCategory(text)
    if (isMissing(level)) return fill
    return truth?.[parseBoolean(level) ?? -1] ?? level
  }
}

/** Where the allowed levels are a truth pair such as yes and no: the level of false and that of true. */
function truthLevels(allowed: readonly string[] | undefined): readonly [string, string] | undefined {
  if (allowed?.length !== 2) return undefined
  const no = allowed.find((level) => parseBoolean(level) === 0)
  const yes = allowed.find((level) => parseBoolean(level) === 1)
  return no === undefined || yes === undefined ? undefined : [no, yes]
}

function textReader(column: Column, { isMissing, fillText }: Missing): CellRules['readText'] {
  const entity = column.role === 'entity'
  const verbatim = column.role === 'id'
  return (cell) => {
    if (cell == null) return fillText
    const text = cellText(cell) ?? itemsText(column, cell)
    if (text === undefined) return undefined
    if (isMissing(text.trim())) return fillText
    if (verbatim) return text
    return entity ? entityText(text) : composed(text)
  }
}

/** A cell that is one value, as text; undefined for lists, objects and numbers that are none. */
function cellText(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell
  if (typeof cell === 'bigint') return String(cell)
  if (typeof cell === 'number') return Number.isFinite(cell) ? numberText(cell) : undefined
  if (typeof cell === 'boolean') return String(cell)
  if (cell instanceof Date && !Number.isNaN(cell.getTime()))
    return cell.toISOString().replace(/T00:00:00\.000Z$/, '')
  return undefined
}

function itemsText(column: Column, cell: unknown): string | undefined {
  if (column.role !== 'document' || !Array.isArray(cell)) return undefined
  return cell.every((item) => typeof item === 'string') ? cell.join(';') : undefined
}

/** NaN for no moment, undefined for a text that means missing. */
function momentOf(
  text: string | undefined,
  read: { isMissing: (trimmed: string) => boolean; moment: (text: string) => number },
): number | undefined {
  if (text === undefined) return NaN
  return read.isMissing(text.trim()) ? undefined : read.moment(text)
}

function valuesOf(
  tokens: readonly string[],
  read: (token: string) => number,
): ReadonlySet<number> | undefined {
  const values = tokens.map(read).filter((value) => !Number.isNaN(value))
  return values.length === 0 ? undefined : new Set(values)
}

function problemOf(column: Column, value: unknown): string {
  const text = typeof value === 'boolean' ? String(value) : value
  switch (column.type) {
    case 'number': {
      const number = typeof text === 'string' ? numberParser(column.number_format)(text) : text
      if (number === Infinity || number === -Infinity) return 'is infinite'
      if (typeof text !== 'string') return `is ${kindOf(text)}, not a number`
      const readings = column.role === 'sensitive' ? [] : possibleReadings(text)
      if (readings.length === 0) return 'is not a number'
      return `is not written as the numbers of this column; it could be ${readings.join(' or ')}`
    }
    case 'timestamp':
      if (typeof text === 'number' || typeof text === 'bigint') return 'is not a date'
      if (typeof text !== 'string') return `is ${kindOf(text)}, not a date`
      if (/^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}/.test(text)) return 'is not a date that exists'
      return otherOrder(text, column.date_format) ?? 'is not a date'
    case 'boolean':
      if (typeof text === 'number' || typeof text === 'bigint') return 'is not of type boolean'
      break
    case 'category':
    case 'text':
      break
  }
  return typeof text === 'string' ? `is not of type ${column.type}` : `is ${kindOf(text)}, not ${column.type}`
}

const orders = { dmy: 'day, month, year', mdy: 'month, day, year' } as const

/** That a text is a date with day and month the other way round: then those that are dates either way are others. */
function otherOrder(text: string, format: string | undefined): string | undefined {
  if (format !== 'dmy' && format !== 'mdy') return undefined
  const other = format === 'dmy' ? 'mdy' : 'dmy'
  if (Number.isNaN(timestampParser(other)(text))) return undefined
  return `is not a date as ${orders[format]}, but is one as ${orders[other]}: so the other dates of the file may be read wrongly`
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}

function echo(value: unknown): Finding['value'] {
  if (typeof value === 'string') return echoValue(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return echoValue(String(value))
  return null
}

function numberDefault(
  column: Column,
  fill: string | number | boolean,
  moment: (text: string) => number,
): number {
  if (column.type === 'timestamp') {
    const value = typeof fill === 'boolean' ? NaN : moment(String(fill))
    return Number.isNaN(value) ? rejectDefault(column) : value
  }
  if (column.type !== 'number') return NaN
  return typeof fill === 'number' && Number.isFinite(fill) ? fill : rejectDefault(column)
}

function booleanDefault(column: Column, fill: string | number | boolean): number {
  if (column.type !== 'boolean') return missingBoolean
  return parseBoolean(String(fill)) ?? rejectDefault(column)
}

function rejectDefault(column: Column): never {
  throw new ClaimsError('invalid_blueprint', `The default of column "${column.name}" is not of its type`, {
    problems: [
      {
        field: `columns.${column.name}.default`,
        problem: `is not of type ${column.type}`,
        allowed: describeAllowed(column),
      },
    ],
  })
}
