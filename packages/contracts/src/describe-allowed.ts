import type { Column, ColumnType, NumberFormat } from './column.ts'

const kinds: Record<ColumnType, string> = {
  number: 'a finite number',
  category: 'text',
  text: 'text',
  timestamp: 'an existing date YYYY-MM-DD or a date-time in ISO 8601',
  boolean: 'true or false',
}

/** Most of a column's allowed values that are named. */
const mostListed = 20

/**
 * What a column accepts, in words: its type and how it is written, its allowed values or range, its pattern and unit. The
 * one text for files and requests, for a field that is absent and for one that is bad.
 *
 * @param column of a blueprint
 * @example
 * describeAllowed(ageColumn) // 'a whole number, at least 18, at most 120 (years)'
 */
export function describeAllowed(column: Column): string {
  if (column.allowed !== undefined) return `one of ${listed(column.allowed)}`
  const show = (bound: number): string =>
    column.type === 'timestamp' && Math.abs(bound) <= 8.64e15 ? new Date(bound).toISOString() : String(bound)
  const parts = [column.role === 'document' ? 'text or a list of texts' : kindOf(column)]
  if (column.minimum !== undefined) parts.push(`at least ${show(column.minimum)}`)
  if (column.exclusive_minimum !== undefined) parts.push(`above ${show(column.exclusive_minimum)}`)
  if (column.maximum !== undefined) parts.push(`at most ${show(column.maximum)}`)
  if (column.pattern !== undefined) parts.push(`matching ${column.pattern}`)
  const text = parts.join(', ')
  return column.unit === undefined ? text : `${text} (${column.unit})`
}

/**
 * A format of digits in words.
 *
 * @param format what stands before decimals and between thousands
 * @example
 * describeDigits({ decimal: 'comma', grouping: 'point' }) // 'decimal comma, points between thousands'
 */
export function describeDigits({ decimal, grouping }: Pick<NumberFormat, 'decimal' | 'grouping'>): string {
  const groups = grouping === 'none' ? '' : `, ${grouping}s between thousands`
  return `decimal ${decimal}${groups}`
}

function kindOf({ type, integer, number_format: numbers, date_format: dates }: Column): string {
  if (type === 'timestamp' && dates !== undefined && dates !== 'iso')
    return `an existing date written as ${dates}`
  if (type !== 'number') return kinds[type]
  const number = integer ? 'a whole number' : kinds.number
  if (numbers === undefined) return number
  const marks = [
    describeDigits(numbers),
    ...(numbers.currency === undefined ? [] : [`currency ${numbers.currency}`]),
    ...(numbers.percent ? ['a percent sign'] : []),
  ]
  return `${number} written with ${marks.join(', ')}`
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, mostListed).join(', ')
  return values.length > mostListed ? `${shown} and ${String(values.length - mostListed)} more` : shown
}
