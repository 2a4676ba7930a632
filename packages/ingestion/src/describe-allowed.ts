import type { Column, ColumnType } from '@claims/contracts'

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
  const parts = [column.role === 'document' ? 'text or a list of texts' : kinds[column.type]]
  if (column.exclusive_minimum !== undefined) parts.push(`above ${String(column.exclusive_minimum)}`)
  if (column.minimum !== undefined) parts.push(`at least ${String(column.minimum)}`)
  if (column.maximum !== undefined) parts.push(`at most ${String(column.maximum)}`)
  const text = parts.join(', ')
  return column.unit === undefined ? text : `${text} (${column.unit})`
}
