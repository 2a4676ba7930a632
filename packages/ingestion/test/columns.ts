import { columnSchema, type Column } from '@claims/contracts'

type Input = Partial<Column> & Pick<Column, 'name'>

/** A numeric column. */
export function numeric(name: string, more: Omit<Input, 'name'> = {}): Column {
  return columnSchema.parse({ name, role: 'numeric', type: 'number', ...more })
}
/** A categorical column. */
export function category(name: string, more: Omit<Input, 'name'> = {}): Column {
  return columnSchema.parse({ name, role: 'categorical', type: 'category', ...more })
}
/** A text column. */
export function text(name: string, more: Omit<Input, 'name'> = {}): Column {
  return columnSchema.parse({ name, role: 'text', type: 'text', ...more })
}
/** A date column. */
export function date(name: string, more: Omit<Input, 'name'> = {}): Column {
  return columnSchema.parse({ name, role: 'date', type: 'timestamp', ...more })
}
/** A boolean column. */
export function truth(name: string, more: Omit<Input, 'name'> = {}): Column {
  return columnSchema.parse({ name, role: 'categorical', type: 'boolean', ...more })
}
