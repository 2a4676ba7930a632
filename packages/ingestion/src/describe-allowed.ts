import type { Column, ColumnType } from '@claims/contracts'
import { describeDigits } from './parse-number.ts'

const kinds: Record<ColumnType, string> = {
  number: 'a finite number',
  category: 'text',
  text: 'text',
  timestamp: 'an existing date YYYY-MM-DD or a date-time in ISO 8601',
  boolean: 'true or false',
}

/** What a column accepts, in words: its type, its allowed values or range, its unit. */
export function describeAllowed(column: Column): string {
  if (column.allowed !== undefined && column.allowed.length <= 12)
    return `one of ${column.allowed.join(', ')}`
  const parts = [column.role === 'document' ? 'text or a list of texts' : kindOf(column)]
  if (column.exclusive_minimum !== undefined) parts.push(`above ${String(column.exclusive_minimum)}`)
  if (column.minimum !== undefined) parts.push(`at least ${String(column.minimum)}`)
  if (column.maximum !== undefined) parts.push(`at most ${String(column.maximum)}`)
  const text = parts.join(', ')
  return column.unit === undefined ? text : `${text} (${column.unit})`
}

function kindOf({ type, number_format: numbers, date_format: dates }: Column): string {
  if (type === 'timestamp' && dates !== undefined && dates !== 'iso')
    return `an existing date written as ${dates}`
  if (type !== 'number' || numbers === undefined) return kinds[type]
  const marks = [
    describeDigits(numbers),
    ...(numbers.currency === undefined ? [] : [`currency ${numbers.currency}`]),
    ...(numbers.percent ? ['a percent sign'] : []),
  ]
  return `a finite number written with ${marks.join(', ')}`
}
