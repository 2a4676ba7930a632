import { ClaimsError, echoValue, type Column, type Finding } from '@claims/contracts'
import { missingBoolean } from '@claims/frame'
import { describeAllowed } from './describe-allowed.ts'
import { timestampReader } from './parse-timestamp.ts'

/** What all readers need to know of a column, worked out once. */
export interface CellRules {
  readonly column: Column
  /** Factor of an alias, or 1. */
  readonly multiply: number
  /** Whether a trimmed text means missing. */
  readonly isMissing: (trimmed: string) => boolean
  /** Numbers that a missing token may be written as, such as -999; undefined when there are none. */
  readonly missingNumbers: ReadonlySet<number> | undefined
  /** Stored in place of a missing number or timestamp: the default, or NaN. */
  readonly fillNumber: number
  /** Stored in place of a missing category or text: the default, or null. */
  readonly fillText: string | null
  /** Stored in place of a missing boolean: the default, or `missingBoolean`. */
  readonly fillBoolean: number
  /** The finding of a cell that is not of the column's type. */
  readonly typeFinding: (row: number, value: unknown) => Finding
}

const booleanTexts: Readonly<Record<string, number>> = {
  true: 1,
  false: 0,
  yes: 1,
  no: 0,
  y: 1,
  n: 0,
  t: 1,
  f: 0,
  '1': 1,
  '0': 0,
}

/** 1, 0, or undefined for a text that is no truth value. @param trimmed any case */
export function parseBoolean(trimmed: string): number | undefined {
  const lower = trimmed.toLowerCase()
  return Object.hasOwn(booleanTexts, lower) ? booleanTexts[lower] : undefined
}

/**
 * Works out the rules of a column.
 *
 * @throws ClaimsError `invalid_blueprint` when the default is not of the column's type
 */
export function cellRules(column: Column, multiply = 1): CellRules {
  const tokens = new Set(column.missing_tokens.map((token) => token.trim()))
  const numbers = [...tokens].filter((token) => token !== '').map(Number)
  const finite = numbers.filter((number) => !Number.isNaN(number))
  const fill = column.required ? undefined : column.default
  return {
    column,
    multiply,
    isMissing: tokens.size === 0 ? (text) => text === '' : (text) => text === '' || tokens.has(text),
    missingNumbers: finite.length === 0 ? undefined : new Set(finite),
    fillNumber: fill === undefined ? NaN : fillNumber(column, fill),
    fillText: fill === undefined ? null : String(fill),
    fillBoolean: fill === undefined ? missingBoolean : fillBoolean(column, fill),
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

function problemOf({ type }: Column, value: unknown): string {
  if (type === 'number') {
    const number = typeof value === 'string' ? Number(value) : value
    if (
      number === Infinity ||
      number === -Infinity ||
      (typeof value === 'string' && /^\s*[+-]?inf/i.test(value))
    )
      return 'is infinite'
    return typeof value === 'string' ? 'is not a number' : `is ${kindOf(value)}, not a number`
  }
  if (type === 'timestamp') {
    if (typeof value !== 'string') return `is ${kindOf(value)}, not a date`
    return /^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}/.test(value) ? 'is not a date that exists' : 'is not a date'
  }
  return typeof value === 'string' ? `is not of type ${type}` : `is ${kindOf(value)}, not ${type}`
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

function fillNumber(column: Column, fill: string | number | boolean): number {
  if (column.type === 'timestamp') {
    const moment = typeof fill === 'string' ? timestampReader()(fill) : NaN
    return Number.isNaN(moment) ? rejectDefault(column) : moment
  }
  if (column.type !== 'number') return NaN
  return typeof fill === 'number' && Number.isFinite(fill) ? fill : rejectDefault(column)
}

function fillBoolean(column: Column, fill: string | number | boolean): number {
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
